// Offsets, thresholds and temperature tuned after training, for pages and model cards: which of them the model's files apply, and how to apply the others.
import { plain } from './card/markdown';
import { decimal } from './page/format';

type ByLabel = Readonly<Record<string, number>>;

/** Values tuned on the validation part. */
export interface TunedDecision {
  /** Divisor of the logits. */
  readonly temperature?: number;
  /** Probability from which a label is assigned, for all labels or by label. */
  readonly threshold?: number | ByLabel;
  /** Added to a label's logit before the highest is chosen. */
  readonly offsets?: ByLabel;
  /** Whether the model's last layer applies temperature and offsets. */
  readonly applied?: boolean;
}

/** The part of a summary about tuning. */
export interface TunedMetrics<Metrics> {
  /** Tuned values; absent if nothing was tuned. */
  readonly decision?: TunedDecision;
  /** Metrics without the tuned values that the model applies. */
  readonly untuned?: Metrics;
  /** Metrics with the tuned values that are stored next to the model. */
  readonly tuned?: Metrics;
}

/** The other metrics as a sentence; undefined if no tuned value changes an answer. */
export function otherFigures<Metrics>(
  { decision, untuned, tuned }: TunedMetrics<Metrics>,
  shown: (metrics: Metrics) => string,
): string | undefined {
  if (decision?.threshold === undefined && decision?.offsets === undefined) return undefined;
  if (untuned) return `Without the offsets in its last layer: ${shown(untuned)}`;
  if (!tuned) return undefined;
  const what = decision.threshold === undefined ? 'With the tuned offsets' : 'At the tuned thresholds';
  return `${what}, which are not in the weights: ${shown(tuned)}`;
}

/** Properties of the scores, and how to apply tuned values that are not in the weights. */
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
  const alone = threshold === undefined ? 'the most likely label' : 'each label from a score of 0.5';
  return `${chosen} ${they} not in the weights: attune eval and predict apply ${them}, other programs predict ${alone}, as in the metrics above. To apply ${them}, predict ${rule}.`;
}

const scoresOfShifted = (offsets: TunedDecision['offsets']) =>
  offsets
    ? 'scores come from the shifted logits, which are tuned for the choice of label; they are not the probability that a label is right.'
    : 'scores come from the logits divided by the temperature.';

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
decision = json.load(open("attune.json"))["decision"]  # next to the model
scores = torch.sigmoid(model(**inputs).logits / decision.get("temperature", 1))
names = model.config.id2label
answers = [[names[i] for i, score in enumerate(row) if score >= decision["threshold"][names[i]]] for row in scores.tolist()]`;
