import type { HostTensor } from '@attune/engine';
import { isLoraModel, type Model, mergeAdapter } from '@attune/models';

/** A model and its numbers. */
export interface FinishedModel {
  readonly model: Model;
  readonly parameters: Record<string, HostTensor>;
}

/** What training ends with, and is measured and saved: a plain model, with the adapters, where it has any, in its matrices. */
export function finishedModel({ model, parameters }: FinishedModel): FinishedModel {
  if (!isLoraModel(model)) return { model, parameters };
  return { model: model.base, parameters: mergeAdapter(model, parameters) };
}
