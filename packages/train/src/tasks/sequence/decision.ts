import { argMaxRows } from '../logits';

/** How a model's logits become scores and labels, as tuned on validation data. */
export interface Decision {
  /** Divisor of logits before they become probabilities; default 1. */
  readonly temperature?: number;
  /** Least probability of a predicted label, for all labels or per label; default 0.5. Only for several labels per text. */
  readonly threshold?: number | Readonly<Record<string, number>>;
  /** Added to a label's log probability before the likeliest is chosen; default 0. Only for one label per text. */
  readonly offsets?: Readonly<Record<string, number>>;
  /**
   * Whether temperature and offsets are in the model's last layer already: its logits are logits / temperature + offsets, and
   * they are not applied again.
   */
  readonly applied?: boolean;
}

/** The part of a decision that is still to be applied to a model's logits. */
export const toApply = (decision: Decision = {}): Decision => (decision.applied ? {} : decision);

const offsetsOf = (labels: readonly string[], offsets: Decision['offsets'] = {}): readonly number[] =>
  labels.map((label) => (Object.hasOwn(offsets, label) ? offsets[label] : 0));

/** Offsets and temperature as a shift of logits: logits / temperature + offsets. */
export const shiftOf = ({ temperature = 1, offsets }: Decision, labels: readonly string[]) => ({
  temperature,
  offsets: offsetsOf(labels, offsets),
});

/** Logits [texts · labels] of the model once its last layer applies the decision. */
export function shiftedBy(decision: Decision, logits: Float32Array, labels: readonly string[]): Float32Array {
  if (!decision.applied) return logits;
  const { temperature, offsets } = shiftOf(decision, labels);
  return logits.map((x, i) => x / temperature + offsets[i % labels.length]);
}

/** Logits [texts · labels] without the temperature and the offsets that the model's last layer applied. */
export function unshifted(
  logits: Float32Array,
  { labels, decision = {} }: { readonly labels: readonly string[]; readonly decision?: Decision },
): Float32Array {
  if (!decision.applied) return logits;
  const { temperature, offsets } = shiftOf(decision, labels);
  return logits.map((x, i) => (x - offsets[i % labels.length]) * temperature);
}

/**
 * The class of each row of probabilities: the likeliest, with the decision's offsets.
 *
 * @example
 * decidedClasses(decidedScores(logits, config, decision), config.labels, decision);
 */
export function decidedClasses(
  scores: ArrayLike<number>,
  labels: readonly string[],
  decision: Decision = {},
): Int32Array {
  const width = labels.length;
  const { offsets } = toApply(decision);
  if (!offsets) return argMaxRows(scores, width);
  const own = offsetsOf(labels, offsets);
  return argMaxRows(
    Float64Array.from(scores, (p, i) => Math.log(p) + own[i % width]),
    width,
  );
}

/** The threshold of each label. */
function thresholdsOf(labels: readonly string[], { threshold = 0.5 }: Decision = {}): readonly number[] {
  if (typeof threshold === 'number') return labels.map(() => threshold);
  return labels.map((label) => (Object.hasOwn(threshold, label) ? threshold[label] : 0.5));
}

/**
 * One row of 0 and 1 per example: the labels whose probability reaches the threshold.
 *
 * @example
 * decidedLabels([0.7, 0.2], ['farm', 'bank']); // [[1, 0]]
 */
export function decidedLabels(
  scores: ArrayLike<number>,
  labels: readonly string[],
  decision: Decision = {},
): number[][] {
  const thresholds = thresholdsOf(labels, decision);
  const width = labels.length;
  return Array.from({ length: scores.length / width }, (_, row) =>
    thresholds.map((threshold, label) => Number(scores[row * width + label] >= threshold)),
  );
}
