import { AttuneError, type Engine, type HostTensors, type Precision } from '@attune/engine';
import { openOnnxFile } from '@attune/engine/node';
import { exportModel, type Model, type Sequence } from '@attune/models';
import { eventLoopTurn } from '../../event-loop-turn';
import { paddedBatches } from '../../padded-batches';
import { freeArrays } from './free-arrays';
import { paddedInputs } from './padded-inputs';

/** A model and its parameters, which are the exported model's once it is open. */
export interface Trained {
  readonly model: Model;
  readonly parameters: HostTensors;
}

export interface ExportedModelOptions {
  readonly precision?: Precision;
  /** Most sequences a batch. */
  readonly batchSize?: number;
  readonly threads?: number;
}

/** A model as the file that `attune export` writes, open in onnxruntime. */
export interface ExportedModel {
  /** Runs sequences in batches of like length, told of each: the sequences' indices, and logits, a padded row each. */
  run(sequences: readonly Sequence[], onBatch: (batch: Int32Array, logits: Float32Array) => void): Promise<void>;
  close(): Promise<void>;
}

/**
 * Tokens a batch: enough for matrix products at full speed, few enough for what lies between them to stay in the caches.
 * Titles, and postings cut at 200 tokens, take 1.2 times as long by 4,096 (measured).
 */
const batchTokens = 1024;

/** Opens a model as its exported file: the parameters become the file's constants, and their arrays are freed. */
export async function openExportedModel(
  { model, parameters }: Trained,
  { precision = 'fp32', batchSize, threads }: ExportedModelOptions,
): Promise<ExportedModel> {
  const file = await openOnnxFile(exportModel(model, { parameters, precision }), {
    threads,
    onWritten: () => freeArrays(parameters),
  });
  return {
    async run(sequences, onBatch) {
      for (const batch of paddedBatches(sequences, { batchSize, batchTokens })) {
        await eventLoopTurn();
        const chosen = Array.from(batch, (i) => sequences[i]);
        const { logits } = await file.run(paddedInputs(chosen, model.config.padTokenId));
        onBatch(batch, logits.data as Float32Array);
      }
    },
    close: file.close,
  };
}

/** Throws AttuneError ARGUMENT_INVALID for 8 bits, where the engine computes with the parameters as they are. */
export function requireFullPrecision({ name }: Engine, precision: Precision): void {
  if (precision === 'fp32') return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `precision: expected fp32 on the engine "${name}", got ${precision}; leave it out, or use the engine onnx`,
  );
}
