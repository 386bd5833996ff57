import type { Engine, Precision } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import { isLoraModel, type Model, type Sequence } from '@attune/models';
import type { Forward } from '../../loop/evaluate';
import { type ExportedModel, openExportedModel, type Trained } from './exported-model';

/** A trained model that gives logits, without dropout. */
export interface Logits<Input, Output> {
  /** The logits of every input, in their order. */
  of(inputs: readonly Input[]): Promise<Output>;
  close(): Promise<void>;
}

export interface LogitsOptions {
  readonly engine: Engine;
  /** Default `fp32`. */
  readonly precision?: Precision;
  /** Most inputs per batch. */
  readonly batchSize?: number;
  readonly threads?: number;
}

/** How the logits of inputs are read, from an exported file or from a program. */
export interface LogitsReading<Input extends Sequence, Output> {
  /** From the padded rows of an exported model. */
  fromFile(model: Model, file: Pick<ExportedModel, 'run'>, inputs: readonly Input[]): Promise<Output>;
  /** From a model's program on packed batches. */
  fromProgram(model: Model, forward: Forward, options: ProgramInputs<Input>): Promise<Output>;
}

export interface ProgramInputs<Input> {
  readonly inputs: readonly Input[];
  readonly batchSize?: number;
}

/**
 * Opens a trained model for prediction, which takes over its parameters. Where onnxruntime computes, they become a file's
 * constants and their arrays are freed.
 *
 * @throws AttuneError ARGUMENT_INVALID for 8 bits on an engine without quantization
 */
export async function openLogits<Input extends Sequence, Output>(
  trained: Trained,
  options: LogitsOptions,
  { fromFile, fromProgram }: LogitsReading<Input, Output>,
): Promise<Logits<Input, Output>> {
  const { model, parameters } = trained;
  const { engine, precision = 'fp32', batchSize } = options;
  if (engine.runsExportedFiles && !isLoraModel(model)) {
    // adapters are not in the graph
    const file = await openExportedModel(trained, options);
    return { of: (inputs) => fromFile(model, file, inputs), close: file.close };
  }
  requireFullPrecision(engine, precision);
  const program = engine.compile(model.program);
  const forward: Forward = (batch) => program.run(batch, parameters);
  return { of: (inputs) => fromProgram(model, forward, { inputs, batchSize }), close: async () => {} };
}

function requireFullPrecision({ name }: Engine, precision: Precision): void {
  if (precision === 'fp32') return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `precision: expected fp32 on the engine "${name}", got ${precision}; remove it, or use the engine onnx`,
  );
}
