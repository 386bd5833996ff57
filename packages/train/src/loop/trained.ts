// The trained part of a model: its program and its parameters.
import type { CompileOptions, HostTensor, HostTensors, OptimizerConfig } from '@attune/engine';
import { type Model, withGradientCheckpointing } from '@attune/models';
import type { TrainingArguments } from '../arguments/arguments';

/** The program of a training step. */
export function trainedProgram(model: Model, { gradientCheckpointing }: TrainingArguments): Model['program'] {
  return gradientCheckpointing ? withGradientCheckpointing(model).program : model.program;
}

/** The number format of matrix products, in training and its evaluations. */
export const productsOf = ({ bf16 }: TrainingArguments): CompileOptions => ({
  products: bf16 ? 'bfloat16' : 'float32',
});

type Parameters = Record<string, HostTensor>;

/** Takes the trained parameters out of a model's, and puts them back. */
export interface TrainedParameters {
  /** Those that are trained. */
  of(parameters: HostTensors): Parameters;
  /** With the frozen ones, unchanged, in the original order. */
  withFrozen(trained: HostTensors): Parameters;
}

/** Frozen parameters are kept once, not again in each checkpoint and best model. */
export function trainedParameters(
  initial: HostTensors,
  { isTrainable = () => true }: Pick<OptimizerConfig, 'isTrainable'>,
): TrainedParameters {
  const names = Object.keys(initial);
  const pick = (chosen: readonly string[], from: (name: string) => HostTensor) =>
    Object.fromEntries(chosen.map((name) => [name, from(name)]));
  return {
    of: (parameters) => pick(names.filter(isTrainable), (name) => parameters[name]),
    withFrozen: (trained) => pick(names, (name) => (isTrainable(name) ? trained[name] : initial[name])),
  };
}
