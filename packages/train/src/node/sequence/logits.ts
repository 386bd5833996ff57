import type { Engine, Precision } from '@attune/engine';
import { isLoraModel, type Sequence } from '@attune/models';
import { forwardAll } from '../../tasks/sequence/task';
import { openExportedModel, requireFullPrecision, type Trained } from '../model/exported-model';

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

/**
 * A model made ready to predict, whose parameters are then this one's: where onnxruntime computes, they become a file's
 * constants and their arrays are freed.
 *
 * @throws AttuneError ARGUMENT_INVALID for 8 bits on an engine that computes with the parameters as they are
 */
export function openLogits(trained: Trained, options: LogitsOptions): Promise<Logits> {
  const isFile = options.engine.name === 'onnx' && !isLoraModel(trained.model); // adapters are not in the graph
  return isFile ? logitsOfFile(trained, options) : logitsOfProgram(trained, options);
}

async function logitsOfFile(trained: Trained, options: LogitsOptions): Promise<Logits> {
  const exported = await openExportedModel(trained, options);
  const width = trained.model.config.labels.length;
  return {
    async of(sequences) {
      const logits = new Float32Array(sequences.length * width);
      await exported.run(sequences, (batch, rows) =>
        batch.forEach((sequence, row) => {
          logits.set(rows.subarray(row * width, (row + 1) * width), sequence * width);
        }),
      );
      return logits;
    },
    close: exported.close,
  };
}

/** A program is made ready for each shape, and this is a shape: Hugging Face's default. */
const packedBatchSize = 32;

async function logitsOfProgram({ model, parameters }: Trained, options: LogitsOptions): Promise<Logits> {
  const { engine, precision, batchSize = packedBatchSize } = options;
  requireFullPrecision(engine, precision);
  const program = engine.compile(model.program);
  return {
    of: async (sequences) =>
      (await forwardAll((batch) => program.run(batch, parameters), sequences, { model, batchSize })).logits,
    close: async () => {},
  };
}
