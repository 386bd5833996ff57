import type { Engine, HostTensor } from '@attune/engine';
import { dequantizeParameters, isLoraModel, isQuantized, type Model, mergeAdapter } from '@attune/models';
import { type EvaluateOptions, evaluate } from '../../loop/evaluate';
import type { Examples } from '../../loop/task';
import type { RunOptions } from '../run/options';

/** A model and its parameters. */
export interface FinishedModel {
  /** The model, with its program. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: Record<string, HostTensor>;
}

type Merging = Pick<RunOptions, 'quantize' | 'mergeAdapter'>;

/** Whether adapters are merged after training; not by default into a quantized base, which may not fit into memory in float32. */
export const mergesAdapter = ({ quantize, mergeAdapter = quantize === undefined }: Merging): boolean => mergeAdapter;

/** The trained model: any adapters are merged into its matrices or separate. */
export function finishedModel({ model, parameters }: FinishedModel, options: Merging): FinishedModel {
  if (!isLoraModel(model) || !mergesAdapter(options)) return { model, parameters };
  const { base } = model;
  if (!isQuantized(base)) return { model: base, parameters: mergeAdapter(model, parameters) };
  return { model: base.base, parameters: mergeAdapter(model, dequantizeParameters(base, parameters)) };
}

interface EvaluateModelOptions<Data extends Examples> extends Omit<EvaluateOptions<Data>, 'padTokenId'> {
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
