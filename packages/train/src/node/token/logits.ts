import type { Engine, Precision } from '@attune/engine';
import { isLoraModel, type Model, packSequences, readTokens } from '@attune/models';
import { longestFirst, rowLengthFor } from '../../loop/batches';
import type { Forward } from '../../loop/evaluate';
import { eventLoopTurn } from '../../loop/event-loop-turn';
import type { WordWindow } from '../../tasks/token/windows';
import { openExportedModel, requireFullPrecision, type Trained } from '../model/exported-model';

type Window = Pick<WordWindow, 'ids' | 'reads'>;

/** A model that gives logits of the words read off windows, dropout off. */
export interface TokenLogits {
  /** Of every window, [reads · labels], in their order. */
  of(windows: readonly Window[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

export interface TokenLogitsOptions {
  readonly engine: Engine;
  readonly precision?: Precision;
  /** Most windows a batch. */
  readonly batchSize?: number;
  readonly threads?: number;
}

/**
 * A tagger's model made ready, whose parameters are then this one's: where onnxruntime computes, they become a file's
 * constants and their arrays are freed.
 *
 * @throws AttuneError ARGUMENT_INVALID for 8 bits on an engine that computes with the parameters as they are
 */
export function openTokenLogits(trained: Trained, options: TokenLogitsOptions): Promise<TokenLogits> {
  const isFile = options.engine.name === 'onnx' && !isLoraModel(trained.model); // adapters are not in the graph
  return isFile ? logitsOfFile(trained, options) : logitsOfProgram(trained, options);
}

async function logitsOfFile(trained: Trained, options: TokenLogitsOptions): Promise<TokenLogits> {
  const exported = await openExportedModel(trained, options);
  const width = trained.model.config.labels.length;
  return {
    async of(windows) {
      const logits: Float32Array[] = windows.map(() => new Float32Array(0));
      await exported.run(windows, (batch, all) => {
        const size = all.length / batch.length; // of a row [length, labels]
        batch.forEach((window, row) => {
          logits[window] = rowsAt(all.subarray(row * size, (row + 1) * size), windows[window].reads, width);
        });
      });
      return logits;
    },
    close: exported.close,
  };
}

async function logitsOfProgram({ model, parameters }: Trained, options: TokenLogitsOptions): Promise<TokenLogits> {
  const { engine, precision = 'fp32', batchSize } = options;
  requireFullPrecision(engine, precision);
  const program = engine.compile(model.program);
  return programLogits((batch) => program.run(batch, parameters), { model, batchSize });
}

/** Batches of another number of reads are another shape, which has to be compiled. */
const readMultiple = 32;

/** Logits through a model's program, packed, with whatever parameters are at hand. */
export function programLogits(
  forward: Forward,
  { model: { config }, batchSize = 32 }: { readonly model: Model; readonly batchSize?: number },
): TokenLogits {
  const { labels, padTokenId } = config;
  return {
    async of(windows) {
      const logits: Float32Array[] = windows.map(() => new Float32Array(0));
      const order = longestFirst(windows).filter((i) => windows[i].reads.length > 0);
      const rowLength = rowLengthFor(windows);
      for (let start = 0; start < order.length; start += batchSize) {
        await eventLoopTurn();
        const chosen = order.subarray(start, start + batchSize);
        const own = Array.from(chosen, (i) => windows[i]);
        const packed = packSequences(own, { rowLength, padTokenId });
        const reads = own.map((window) => window.reads);
        const values = (await forward({ ...readTokens(packed, reads, { readMultiple }) })).logits.data as Float32Array;
        let at = 0;
        chosen.forEach((window, i) => {
          const size = reads[i].length * labels.length;
          logits[window] = values.slice(at, at + size);
          at += size;
        });
      }
      return logits;
    },
    close: async () => {},
  };
}

/** Rows of a table [places, width]. */
function rowsAt(table: Float32Array, places: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(places.length * width);
  places.forEach((place, i) => {
    rows.set(table.subarray(place * width, (place + 1) * width), i * width);
  });
  return rows;
}
