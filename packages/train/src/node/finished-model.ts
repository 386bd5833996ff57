import type { HostTensor } from '@attune/engine';
import { dequantiseParameters, isLoraModel, isQuantised, type Model, mergeAdapter } from '@attune/models';
import type { RunOptions } from './fit-options';

/** A model and its numbers. */
export interface FinishedModel {
  readonly model: Model;
  readonly parameters: Record<string, HostTensor>;
}

type Merging = Pick<RunOptions, 'quantize' | 'mergeAdapter'>;

/** Whether adapters are put into their matrices in the end: a base that fits in 4 bits alone has no room for them in float32. */
export const mergesAdapter = ({ quantize, mergeAdapter = quantize === undefined }: Merging): boolean => mergeAdapter;

/** What training ends with, and is measured: a plain model, with the adapters, where it has any, in its matrices or else beside them. */
export function finishedModel({ model, parameters }: FinishedModel, options: Merging): FinishedModel {
  if (!isLoraModel(model) || !mergesAdapter(options)) return { model, parameters };
  const { base } = model;
  if (!isQuantised(base)) return { model: base, parameters: mergeAdapter(model, parameters) };
  return { model: base.base, parameters: mergeAdapter(model, dequantiseParameters(base, parameters)) };
}
