import type { Engine } from '@attune/engine';
import { type EvaluateOptions, evaluate } from '../evaluate';
import type { Examples } from '../tasks/task';
import type { FinishedModel } from './finished-model';

export interface EvaluateModelOptions<Data extends Examples> extends Omit<EvaluateOptions<Data>, 'padTokenId'> {
  readonly engine: Engine;
}

/** Loss and metrics of a model on a data set, dropout off. */
export function evaluateModel<Data extends Examples>(
  { model, parameters }: FinishedModel,
  data: Data,
  { engine, ...options }: EvaluateModelOptions<Data>,
) {
  const program = engine.compile(model.program);
  const settings = { ...options, padTokenId: model.config.padTokenId };
  return evaluate((batch) => program.run(batch, parameters), data, settings);
}
