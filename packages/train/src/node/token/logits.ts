import { type Model, packSequences, selectTokens } from '@attune/models';
import { longestFirst, rowLengthFor } from '../../loop/batches';
import type { EvaluationListener, Forward } from '../../loop/evaluate';
import { eventLoopTurn } from '../../loop/event-loop-turn';
import type { WordWindow } from '../../tasks/token/windows';
import type { LogitsReading, ProgramInputs } from '../model/logits';

type Window = Pick<WordWindow, 'ids' | 'reads'>;

/** The logits of the words that are read from each window, [reads · labels]. */
export const windowLogits: LogitsReading<Window, Float32Array[]> = {
  async fromFile({ config }, file, windows) {
    const width = config.labels.length;
    const logits: Float32Array[] = windows.map(() => new Float32Array(0));
    await file.run(windows, (batch, all) => {
      const size = all.length / batch.length; // of a row [length, labels]
      batch.forEach((window, row) => {
        logits[window] = rowsAt(all.subarray(row * size, (row + 1) * size), windows[window].reads, width);
      });
    });
    return logits;
  },
  fromProgram: programLogits,
};

/** Rounds the number of reads per batch: each number is another shape to compile. */
const readMultiple = 32;

/** The same with a model's program on packed batches, with its current parameters; `onProgress` counts windows. */
export async function programLogits(
  { config: { labels, padTokenId } }: Model,
  forward: Forward,
  { inputs: windows, batchSize = 32, onProgress }: ProgramInputs<Window> & { readonly onProgress?: EvaluationListener },
): Promise<Float32Array[]> {
  const logits: Float32Array[] = windows.map(() => new Float32Array(0));
  const order = longestFirst(windows).filter((i) => windows[i].reads.length > 0);
  const rowLength = rowLengthFor(windows);
  for (let start = 0; start < order.length; start += batchSize) {
    await eventLoopTurn();
    const chosen = order.subarray(start, start + batchSize);
    const own = Array.from(chosen, (i) => windows[i]);
    const packed = packSequences(own, { rowLength, padTokenId });
    const reads = own.map((window) => window.reads);
    const values = (await forward({ ...selectTokens(packed, reads, { readMultiple }) })).logits.data as Float32Array;
    let at = 0;
    chosen.forEach((window, i) => {
      const size = reads[i].length * labels.length;
      logits[window] = values.slice(at, at + size);
      at += size;
    });
    onProgress?.(Math.min(start + batchSize, order.length), order.length);
  }
  return logits;
}

/** Rows of a table [places, width]. */
function rowsAt(table: Float32Array, places: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(places.length * width);
  places.forEach((place, i) => {
    rows.set(table.subarray(place * width, (place + 1) * width), i * width);
  });
  return rows;
}
