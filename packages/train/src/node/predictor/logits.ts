import { AttuneError, type Engine, type Precision } from '@attune/engine';
import { openOnnxFile } from '@attune/engine/node';
import { exportModel, type Sequence } from '@attune/models';
import type { LoadedModel } from '@attune/models/node';
import { eventLoopTurn } from '../../event-loop-turn';
import { forwardAll } from '../../forward';
import { paddedBatches } from '../../padded-batches';
import { freeArrays } from './free-arrays';
import { paddedInputs } from './padded-inputs';

/** A model that gives logits, dropout off. */
export interface Logits {
  /** Of every sequence, [sequences · labels], in their order. */
  of(sequences: readonly Sequence[]): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface LogitsOptions {
  readonly engine: Engine;
  readonly precision: Precision;
  /** Most sequences a batch. */
  readonly batchSize?: number;
  readonly threads?: number;
}

type Trained = Pick<LoadedModel, 'model' | 'parameters'>;

/**
 * A model made ready to predict, whose parameters are then this one's: where onnxruntime computes, they become a file's
 * constants and their arrays are freed.
 *
 * @throws AttuneError ARGUMENT_INVALID for 8 bits on an engine that computes with the parameters as they are
 */
export function openLogits(trained: Trained, options: LogitsOptions): Promise<Logits> {
  return options.engine.name === 'onnx' ? logitsOfFile(trained, options) : logitsOfProgram(trained, options);
}

/**
 * Tokens a batch: enough for matrix products at full speed, few enough for what lies between them to stay in the caches.
 * Titles, and postings cut at 200 tokens, take 1.2 times as long by 4,096 (measured).
 */
const batchTokens = 1024;

async function logitsOfFile({ model, parameters }: Trained, options: LogitsOptions): Promise<Logits> {
  const { precision, batchSize, threads } = options;
  const { labels, padTokenId } = model.config;
  const file = await openOnnxFile(exportModel(model, { parameters, precision }), {
    threads,
    onWritten: () => freeArrays(parameters),
  });
  return {
    async of(sequences) {
      const logits = new Float32Array(sequences.length * labels.length);
      for (const batch of paddedBatches(sequences, { batchSize, batchTokens })) {
        await eventLoopTurn();
        const chosen = Array.from(batch, (i) => sequences[i]);
        const rows = (await file.run(paddedInputs(chosen, padTokenId))).logits.data as Float32Array;
        batch.forEach((sequence, row) => {
          logits.set(rows.subarray(row * labels.length, (row + 1) * labels.length), sequence * labels.length);
        });
      }
      return logits;
    },
    close: file.close,
  };
}

/** A program is made ready for each shape, and this is a shape: Hugging Face's default. */
const packedBatchSize = 32;

async function logitsOfProgram({ model, parameters }: Trained, options: LogitsOptions): Promise<Logits> {
  const { engine, precision, batchSize = packedBatchSize } = options;
  if (precision !== 'fp32')
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `precision: expected fp32 on the engine "${engine.name}", got ${precision}; leave it out, or use the engine onnx`,
    );
  const program = engine.compile(model.program);
  return {
    of: async (sequences) =>
      (await forwardAll((batch) => program.run(batch, parameters), sequences, { model, batchSize })).logits,
    close: async () => {},
  };
}
