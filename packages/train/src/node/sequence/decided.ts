// What is tuned after training, and where it goes: into the last layer of the model, or beside the model as a record.
import { join } from 'node:path';
import type { HostTensor } from '@attune/engine';
import { isLoraModel, type Model, type ModelConfig, shiftLogits } from '@attune/models';
import { type Decision, shiftOf } from '../../tasks/sequence/decision';
import { guessedProblemType } from '../../tasks/sequence/problems';
import type { FinishedModel } from '../model/finished-model';
import { readModelJson } from '../run/json-files';

type Metrics = Readonly<Record<string, number>>;

/** The entry of `config.json` that says that a run puts what it tunes into its model; runs of earlier versions have none. */
export const tunedModel = { tunedModel: true } as const;

/**
 * Where a run puts what it tunes. In the last layer, `layer`, of one label per text; `beside` the model of several labels, since no shift of
 * logits is a threshold per label; and `before` the metrics, beside the model, of a run that an earlier version began and that goes
 * on as it began.
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

/** A decision, and the parameters of the last layer that apply it; none where it stays a record. */
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

/** How a program other than Attune gets the figures of a decision. */
export function howToApply({ applied, temperature, threshold }: Decision): string {
  if (applied)
    return 'nothing to apply: temperature and offsets are in weight and bias of the last layer, and scores are of the shifted logits, logits / temperature + offset';
  const logit = temperature === undefined ? 'logit' : 'logit / temperature';
  if (threshold !== undefined) return `a text has each label whose sigmoid(${logit}) is at least the label's threshold`;
  return `the label of the highest ${logit} + offset`;
}

/** The decision as `attune.json` and `config.json` beside a model say it, with the figures it changes. */
export const decisionRecord = (
  { applied = false, ...decision }: Decision,
  figures: { readonly published: Metrics; readonly untuned?: Metrics; readonly tuned?: Metrics },
) => ({ applied, ...decision, how: howToApply({ applied, ...decision }), figures });

/** Whether the adapter of a model has not got the last layer that the merged model has, because it does not save it. */
export const lacksLayer = (trained: Model, { replaced }: Pick<PlacedDecision, 'replaced'>): boolean =>
  isLoraModel(trained) && Object.keys(replaced).some((name) => !trained.isTrainable(name));

interface Noted {
  readonly out: string;
  readonly adapterLacksIt: boolean;
}

/** What people should know of a tuned model. */
export function decisionNote(
  { applied, temperature, threshold, offsets }: Decision,
  { out, adapterLacksIt }: Noted,
): string {
  const tuned = [threshold && 'thresholds', offsets && 'offsets', temperature && 'temperature'];
  const what = tuned.filter(Boolean).join(' and ');
  if (applied)
    return `what was tuned (${what}) is in the last layer of the model in ${out}: whatever loads it decides the same, and scores are of the shifted logits${adapterLacksIt ? '; adapter/ alone is without, since it does not save that layer' : ''}`;
  return `the tuned ${what} of ${out} are a record beside the model, not in its weights: attune eval and predict apply them, other programs do not; attune.json says how`;
}
