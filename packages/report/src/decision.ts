// What was tuned after training, as a page and a model card say it: what the published files do by themselves, and what remains to be done.
import { plain } from './card/markdown';
import { decimal } from './page/format';

type ByLabel = Readonly<Record<string, number>>;

/** What was tuned. */
export interface TunedDecision {
  /** The number by which logits are divided. */
  readonly temperature?: number;
  /** Probability from which a text has a label, for all labels or by label. */
  readonly threshold?: number | ByLabel;
  /** Added to a label's logit before the highest is chosen. */
  readonly offsets?: ByLabel;
  /** Whether the model's last layer applies temperature and offsets. */
  readonly applied?: boolean;
}

/** The part of a summary about what was tuned. */
export interface TunedMetrics<Metrics> {
  /** What was tuned on the validation part; absent where nothing was. */
  readonly decision?: TunedDecision;
  /** The metrics without what the model applies. */
  readonly untuned?: Metrics;
  /** The metrics with what is beside the model. */
  readonly tuned?: Metrics;
}

/** The other figures as a sentence; undefined where nothing was tuned that changes an answer. */
export function otherFigures<Metrics>(
  { decision, untuned, tuned }: TunedMetrics<Metrics>,
  shown: (metrics: Metrics) => string,
): string | undefined {
  if (decision?.threshold === undefined && decision?.offsets === undefined) return undefined;
  if (untuned) return `Before offsets were put into its last layer: ${shown(untuned)}`;
  if (!tuned) return undefined;
  const what = decision.threshold === undefined ? 'With the tuned offsets' : 'At the tuned thresholds';
  return `${what}, which are not in the weights: ${shown(tuned)}`;
}

/** What to know of the scores, and how to apply what is not in the weights. */
export function decisionText({ decision }: TunedMetrics<unknown>): string | undefined {
  if (!decision) return undefined;
  const { temperature, threshold, offsets, applied } = decision;
  const tuned = [
    ...(temperature === undefined ? [] : [`a temperature of ${decimal(temperature)}`]),
    ...(offsets === undefined ? [] : ['an offset per label']),
    ...(threshold === undefined ? [] : ['a threshold per label']),
  ];
  const [were, them, they] = tuned.length > 1 ? ['were', 'them', 'They are'] : ['was', 'it', 'It is'];
  const chosen = `On the validation part ${tuned.join(' and ')} ${were} chosen.`;
  if (applied) return `${chosen} The last layer applies ${them}, in every program: ${scoresOfShifted(offsets)}`;
  const logit = temperature === undefined ? 'logit' : `logit / ${decimal(temperature)}`;
  const rule =
    threshold === undefined
      ? `the label of the highest ${logit}${offsets ? ' + offset' : ''}`
      : `each label whose sigmoid(${logit}) is at least its threshold`;
  const alone = threshold === undefined ? 'the likeliest label without' : 'each label from a score of 0.5';
  return `${chosen} ${they} not in the weights: attune eval and predict apply ${them}, other programs give ${alone}, as in the first figures. To apply ${them}, give a text ${rule}.`;
}

const scoresOfShifted = (offsets: TunedDecision['offsets']) =>
  offsets
    ? 'scores are of the shifted logits, whose order is tuned; they are not the frequency with which a label is right.'
    : 'scores are of the shifted logits, logits divided by the temperature.';

/** The chapter of a model card. */
export function decisionChapter(
  summary: TunedMetrics<unknown>,
  named: (label: string) => string = plain,
): string | undefined {
  const text = decisionText(summary);
  if (!text || !summary.decision) return undefined;
  const { offsets, threshold, applied } = summary.decision;
  const values = typeof threshold === 'object' ? threshold : offsets;
  const list = Object.entries(values ?? {}).map(([label, value]) => `${named(label)} ${decimal(value)}`);
  const what = typeof threshold === 'object' ? 'Thresholds' : 'Offsets';
  const lines = [text, ...(list.length > 0 ? [`${what}: ${list.join(', ')}.`] : [])];
  const code = typeof threshold === 'object' && !applied ? ['', '```python', thresholdCode, '```'] : [];
  return `## Tuned decision\n\n${[...lines, ...code].join('\n')}`;
}

const thresholdCode = `import json, torch
decision = json.load(open("attune.json"))["decision"]  # beside the model
scores = torch.sigmoid(model(**inputs).logits / decision.get("temperature", 1))
names = model.config.id2label
answers = [[names[i] for i, score in enumerate(row) if score >= decision["threshold"][names[i]]] for row in scores.tolist()]`;
