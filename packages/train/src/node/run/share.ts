import { sizeOf } from '@attune/engine';
import type { Model } from '@attune/models';
import type { TrainingArguments } from '../../arguments/arguments';
import { optimizerConfig } from '../../arguments/optimizer';

/** The trained share of a model. */
export interface TrainableShare {
  /** Number of parameters, including adapters. */
  readonly parameters: number;
  /** Number of trained parameters. */
  readonly trainableParameters: number;
  /** Their ratio, from 0 to 1. */
  readonly trainableShare: number;
}

/** Counts all parameters, and those that arguments and adapters train. */
export function trainableShare(model: Model, args: TrainingArguments): TrainableShare {
  const { isTrainable = () => true } = optimizerConfig(args, model);
  const count = (names: readonly string[]) => names.reduce((sum, name) => sum + sizeOf(model.specs[name].shape), 0);
  const names = Object.keys(model.specs);
  const [all, trained] = [count(names), count(names.filter(isTrainable))];
  return { parameters: all, trainableParameters: trained, trainableShare: trained / all };
}

/** Notes `trains 12,288 of 263,000 parameters (4.67 %)`; nothing where all are trained. */
export function noteShare(
  { parameters, trainableParameters, trainableShare }: TrainableShare,
  onNote: (note: string) => void,
): void {
  if (parameters === trainableParameters) return;
  const [some, all] = [trainableParameters, parameters].map((count) => count.toLocaleString('en'));
  onNote(`trains ${some} of ${all} parameters (${(100 * trainableShare).toFixed(2)} %)`);
}
