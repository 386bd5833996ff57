// The decision that is tuned after training, and its place: the last layer of the model, or a record with the model.
import { join } from 'node:path';
import type { HostTensor } from '@attune/engine';
import { isLoraModel, type Model, type ModelConfig, shiftLogits } from '@attune/models';
import { type Decision, shiftOf } from '../../tasks/sequence/decision';
import { guessedProblemType } from '../../tasks/sequence/problems';
import type { FinishedModel } from '../model/finished-model';
import { readModelJson } from '../run/json-files';

type Metrics = Readonly<Record<string, number>>;

/** The entry of `config.json` that marks a run which puts its decision into its model; absent in runs of earlier versions. */
export const tunedModel = { tunedModel: true } as const;

/**
 * The place of a run's tuned decision: the last layer (`layer`) for one label per text; a record with the model (`beside`) for several labels, since no shift of
 * logits is a threshold per label; and `before` the metrics, with a record, for a run that an earlier version
 * began and that is resumed.
 */
export type DecisionPlace = 'layer' | 'beside' | 'before';

export async function decisionPlace(
  config: ModelConfig,
  { out, resume = false }: { readonly out: string; readonly resume?: boolean },
): Promise<DecisionPlace> {
  if (guessedProblemType(config) !== 'single_label_classification') return 'beside';
  const isFormer = resume && (await readModelJson(join(out, 'config.json')))?.tunedModel !== true;
  return isFormer ? 'before' : 'layer';
}

/** A decision, and the parameters of the last layer that apply it; no parameters where it stays a record. */
export interface PlacedDecision {
  readonly decision: Decision;
  readonly replaced: Readonly<Record<string, HostTensor>>;
}

/** Puts temperature and offsets into the last layer, where the model has one that takes them. */
export function placed(decision: Decision, { model, parameters }: FinishedModel): PlacedDecision {
  const { labels } = model.config;
  const replaced = shiftLogits(model, parameters, shiftOf(decision, labels));
  return replaced ? { decision: { ...decision, applied: true }, replaced } : { decision, replaced: {} };
}

/** How a program other than Attune applies a decision. */
export function howToApply({ applied, temperature, threshold }: Decision): string {
  if (applied)
    return 'nothing to apply: temperature and offsets are in weight and bias of the last layer, and scores come from the shifted logits, logits / temperature + offset';
  const logit = temperature === undefined ? 'logit' : 'logit / temperature';
  if (threshold !== undefined) return `a text has each label whose sigmoid(${logit}) is at least the label's threshold`;
  return `the label of the highest ${logit} + offset`;
}

/** The decision in the `attune.json` and `config.json` of a model, with the metrics that it changes. */
export const decisionRecord = (
  { applied = false, ...decision }: Decision,
  figures: { readonly published: Metrics; readonly untuned?: Metrics; readonly tuned?: Metrics },
) => ({ applied, ...decision, how: howToApply({ applied, ...decision }), figures });

/** Whether an adapter lacks the tuned last layer of the merged model because it does not save that layer. */
export const lacksLayer = (trained: Model, { replaced }: Pick<PlacedDecision, 'replaced'>): boolean =>
  isLoraModel(trained) && Object.keys(replaced).some((name) => !trained.isTrainable(name));

interface Noted {
  readonly out: string;
  readonly adapterLacksIt: boolean;
}

/** Addition to the note on a validation part without an optimal temperature. */
const uncalibrated =
  'no temperature fits the validation part better than all others, as where the model is right about all its texts: the scores stay as they are; use more validation texts';

/** The note on a tuned model. */
export function decisionNote(
  { applied, temperature, threshold, offsets }: Decision,
  { out, adapterLacksIt }: Noted,
): string {
  const tuned = [threshold && 'thresholds', offsets && 'offsets', temperature && temperature !== 1 && 'temperature'];
  const what = tuned.filter(Boolean).join(' and ');
  const more = temperature === 1 ? `; ${uncalibrated}` : '';
  if (what === '') return uncalibrated;
  if (applied)
    return `the tuned ${what} are in the last layer of the model in ${out}: every program that loads it decides the same, and scores come from the shifted logits${adapterLacksIt ? '; adapter/ alone lacks them, since it does not save that layer' : ''}${more}`;
  return `the tuned ${what} of ${out} are a record with the model, not in its weights: attune eval and predict apply them, other programs do not; attune.json describes how${more}`;
}
