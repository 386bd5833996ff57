import { AttuneError, type Engine, type HostTensors, type Precision } from '@attune/engine';
import { openOnnxFile } from '@attune/engine/node';
import { exportModel, type Model, packSequences, readTokens } from '@attune/models';
import { rowLengthFor } from '../../batches';
import { eventLoopTurn } from '../../event-loop-turn';
import type { Forward } from '../../forward';
import { longestFirst, paddedBatches } from '../../padded-batches';
import type { WordWindow } from '../../token-windows';
import { freeArrays } from '../predictor/free-arrays';
import { paddedInputs } from '../predictor/padded-inputs';

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

interface Trained {
  readonly model: Model;
  readonly parameters: HostTensors;
}

/**
 * A tagger's model made ready, whose parameters are then this one's: where onnxruntime computes, they become a file's
 * constants and their arrays are freed.
 *
 * @throws AttuneError ARGUMENT_INVALID for 8 bits on an engine that computes with the parameters as they are
 */
export function openTokenLogits(trained: Trained, options: TokenLogitsOptions): Promise<TokenLogits> {
  return options.engine.name === 'onnx' ? logitsOfFile(trained, options) : logitsOfProgram(trained, options);
}

/** As for classifiers: enough for matrix products at full speed, few enough to stay in the caches. */
const batchTokens = 1024;

async function logitsOfFile({ model, parameters }: Trained, options: TokenLogitsOptions): Promise<TokenLogits> {
  const { precision = 'fp32', batchSize, threads } = options;
  const { labels, padTokenId } = model.config;
  const file = await openOnnxFile(exportModel(model, { parameters, precision }), {
    threads,
    onWritten: () => freeArrays(parameters),
  });
  return {
    async of(windows) {
      const logits: Float32Array[] = windows.map(() => new Float32Array(0));
      for (const batch of paddedBatches(windows, { batchSize, batchTokens })) {
        await eventLoopTurn();
        const chosen = Array.from(batch, (i) => windows[i]);
        const all = (await file.run(paddedInputs(chosen, padTokenId))).logits.data as Float32Array; // [rows, length, labels]
        const length = all.length / (chosen.length * labels.length);
        batch.forEach((window, row) => {
          const own = all.subarray(row * length * labels.length, (row + 1) * length * labels.length);
          logits[window] = rowsAt(own, windows[window].reads, labels.length);
        });
      }
      return logits;
    },
    close: file.close,
  };
}

async function logitsOfProgram({ model, parameters }: Trained, options: TokenLogitsOptions): Promise<TokenLogits> {
  const { engine, precision = 'fp32', batchSize } = options;
  if (precision !== 'fp32')
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `precision: expected fp32 on the engine "${engine.name}", got ${precision}; leave it out, or use the engine onnx`,
    );
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
