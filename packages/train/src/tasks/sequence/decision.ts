import type { ModelConfig } from '@attune/models';
import { argMaxRows, scoresOf } from './targets';

/** How a model's logits become scores and labels, where that was tuned on validation data. */
export interface Decision {
  /** Logits are divided by it before they become probabilities; 1 unless given. */
  readonly temperature?: number;
  /** The probability from which a text has a label: one for all, or one a label; 0.5 unless given. Of several labels a text only. */
  readonly threshold?: number | Readonly<Record<string, number>>;
  /** Added to a label's log probability before the likeliest is chosen; 0 unless given. Of one label a text only. */
  readonly offsets?: Readonly<Record<string, number>>;
}

/** Probabilities [examples · labels] of logits, tempered; of a regression the outputs themselves. */
export function decidedScores(logits: Float32Array, config: ModelConfig, { temperature = 1 }: Decision = {}) {
  const isTempered = temperature !== 1 && config.problemType !== 'regression';
  return scoresOf(isTempered ? logits.map((x) => x / temperature) : logits, config);
}

/** The class of each row of probabilities: the likeliest, offsets considered. */
export function decidedClasses(
  scores: ArrayLike<number>,
  labels: readonly string[],
  { offsets }: Decision = {},
): Int32Array {
  const width = labels.length;
  if (!offsets) return argMaxRows(scores, width);
  const own = labels.map((label) => (Object.hasOwn(offsets, label) ? offsets[label] : 0));
  return argMaxRows(
    Float64Array.from(scores, (p, i) => Math.log(p) + own[i % width]),
    width,
  );
}

/** The probability from which a text has each label. */
export function thresholdsOf(labels: readonly string[], { threshold = 0.5 }: Decision = {}): readonly number[] {
  if (typeof threshold === 'number') return labels.map(() => threshold);
  return labels.map((label) => (Object.hasOwn(threshold, label) ? threshold[label] : 0.5));
}

/** One row of 0 and 1 an example: which labels its probabilities reach. */
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
