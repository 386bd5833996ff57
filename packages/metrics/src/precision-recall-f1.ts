// Precision, recall and F1 from counts, by class and averaged.
import { checkOptions, type TableOf } from '@attune/internal';
import { checkPaired } from './checks';
import { type Label, type LabelOptions, resolveLabels } from './labels';

/** Precision, recall and their harmonic mean, each in [0, 1]. */
export interface Scores {
  /** Share of correct predictions among all predictions of the class, TP / (TP + FP). */
  readonly precision: number;
  /** Share of correct predictions among all true examples of the class, TP / (TP + FN). */
  readonly recall: number;
  /** Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN). */
  readonly f1: number;
}

/** Scores of one class, and the number of its true examples. */
export interface ClassScores extends Scores {
  /** Number of true examples of the class. */
  readonly support: number;
}

/** Averages over classes: macro (plain mean), micro (of the pooled counts), weighted (by support). */
export interface Averages {
  /** Plain mean over classes. */
  readonly macro: Scores;
  /** Scores from the pooled counts of all classes. */
  readonly micro: Scores;
  /** Mean over classes, weighted by their support. */
  readonly weighted: Scores;
}

/** Option for quotients with denominator zero. */
export interface ZeroDivisionOptions {
  /**
   * Value of a quotient with denominator zero: 0 (default), 1, or NaN, which averages ignore. scikit-learn's `zero_division`.
   */
  readonly zeroDivision?: number;
}

/** Kind of `zeroDivision`; `checkZeroDivision` refuses other numbers. */
export const zeroDivisionKind = {
  expected: '0, 1 or NaN',
  holds: (value: unknown): boolean => typeof value === 'number',
};

/** Kinds of the options of reports by class. */
export const reportTable = {
  labels: 'list',
  zeroDivision: zeroDivisionKind,
} satisfies TableOf<LabelOptions & ZeroDivisionOptions>;

/** Scores of every class and their averages. */
export interface PrecisionRecallF1<L extends Label = Label> extends Averages {
  /** The classes of the metric, in order. */
  readonly labels: L[];
  /** Scores by label (a number as its decimal form). JavaScript sorts integer-like keys first, so iterate over `labels` for the order. */
  readonly perClass: Record<string, ClassScores>;
}

/**
 * Precision, recall and F1 of every class, with their macro, micro and weighted averages.
 *
 * precision = TP / (TP + FP), recall = TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN); a zero denominator gives
 * `zeroDivision`. Averages are over `labels`, by default those in truth or prediction. Equals
 * scikit-learn's `precision_recall_fscore_support`.
 * @throws RangeError when the lengths differ or are zero, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example precisionRecallF1(['a', 'a', 'b'], ['a', 'b', 'b']).macro.f1 // 2 / 3
 */
export function precisionRecallF1<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: LabelOptions<L> & ZeroDivisionOptions = {},
): PrecisionRecallF1<L> {
  checkOptions('precisionRecallF1', options, reportTable);
  checkPaired('precisionRecallF1', yTrue, yPred);
  const zeroDivision = checkZeroDivision('precisionRecallF1', options);
  const labels = resolveLabels('precisionRecallF1', { yTrue, yPred }, options);
  const counts = countClasses(yTrue, yPred, labels);
  return { labels, perClass: perClass(labels, counts, zeroDivision), ...averagesOf(counts, zeroDivision) };
}

/** Counts for precision and recall: true positives, examples predicted as the class, true examples of the class. */
export interface Counts {
  truePositives: number;
  predicted: number;
  actual: number;
}

/** Scores by label name; own properties only, so a class may be named `__proto__`. */
export function perClass(
  labels: readonly Label[],
  counts: readonly Counts[],
  zeroDivision = 0,
): Record<string, ClassScores> {
  return Object.fromEntries(
    labels.map((label, i) => [String(label), { ...scoresOf(counts[i], zeroDivision), support: counts[i].actual }]),
  );
}

/** True positives, predictions and true examples of each class. */
export function countClasses<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  labels: readonly L[],
): Counts[] {
  const counts = new Map(labels.map((label) => [label, { truePositives: 0, predicted: 0, actual: 0 }]));
  for (let i = 0; i < yTrue.length; i++) {
    const actual = counts.get(yTrue[i]);
    const predicted = counts.get(yPred[i]);
    if (actual !== undefined) actual.actual++;
    if (predicted !== undefined) predicted.predicted++;
    if (actual !== undefined && actual === predicted) actual.truePositives++;
  }
  return [...counts.values()];
}

/** The option with its default; throws RangeError for values other than 0, 1 and NaN. */
export function checkZeroDivision(where: string, { zeroDivision = 0 }: ZeroDivisionOptions): number {
  if (zeroDivision === 0 || zeroDivision === 1 || Number.isNaN(zeroDivision)) return zeroDivision;
  throw new RangeError(`${where}: zeroDivision expected 0, 1 or NaN, got ${zeroDivision}`);
}

/** Precision = TP / predicted, recall = TP / actual, F1 = 2 TP / (predicted + actual). */
export function scoresOf({ truePositives, predicted, actual }: Counts, zeroDivision = 0): Scores {
  return {
    precision: ratio(truePositives, predicted, zeroDivision),
    recall: ratio(truePositives, actual, zeroDivision),
    f1: ratio(2 * truePositives, predicted + actual, zeroDivision),
  };
}

/** Averages of per-class counts; the weighted average is 0 if no listed class has an example. */
export function averagesOf(counts: readonly Counts[], zeroDivision = 0): Averages {
  const scores = counts.map((count) => scoresOf(count, zeroDivision));
  return {
    macro: weightedMean(
      scores,
      scores.map(() => 1),
    ),
    micro: scoresOf(pooled(counts), zeroDivision),
    weighted: weightedMean(
      scores,
      counts.map((count) => count.actual),
    ),
  };
}

/** Weighted mean of the scores that are not NaN; the plain mean if the weights sum to zero, as in scikit-learn. */
export function weightedMean(scores: readonly Scores[], weights: readonly number[]): Scores {
  const mean = (key: keyof Scores) => {
    const defined = scores.map((_, i) => i).filter((i) => !Number.isNaN(scores[i][key]));
    if (defined.length === 0) return scores.length === 0 ? 0 : Number.NaN;
    const total = defined.reduce((sum, i) => sum + weights[i], 0);
    const weightOf = (i: number) => (total === 0 ? 1 : weights[i]);
    return defined.reduce((sum, i) => sum + scores[i][key] * weightOf(i), 0) / (total || defined.length);
  };
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

function pooled(counts: readonly Counts[]): Counts {
  const sum = { truePositives: 0, predicted: 0, actual: 0 };
  for (const count of counts) {
    sum.truePositives += count.truePositives;
    sum.predicted += count.predicted;
    sum.actual += count.actual;
  }
  return sum;
}

/** A quotient, or `zeroDivision` if the denominator is zero. */
export function ratio(numerator: number, denominator: number, zeroDivision = 0): number {
  return denominator === 0 ? zeroDivision : numerator / denominator;
}
