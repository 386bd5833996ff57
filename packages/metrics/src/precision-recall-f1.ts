import { checkPaired } from './_checks';
import { type Label, type LabelOptions, resolveLabels } from './labels';
import {
  type Averages,
  averagesOf,
  type ClassScores,
  type Counts,
  checkZeroDivision,
  scoresOf,
  type ZeroDivisionOptions,
} from './scores';

/** Scores of every class and their averages. */
export interface PrecisionRecallF1<L extends Label = Label> extends Averages {
  /** The classes counted, in order. */
  labels: L[];
  /** Keyed by the label (a number by its decimal form); an object sorts integer-like keys first, so order by `labels`. */
  perClass: Record<string, ClassScores>;
}

/**
 * Precision, recall and F1 of every class, with their macro, micro and weighted averages.
 *
 * precision = TP / (TP + FP), recall = TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN); a zero denominator gives
 * `zeroDivision`.
 * Averages are over the labels in truth or prediction unless `labels` says otherwise. Throws RangeError when the lengths
 * differ or are zero. Equals scikit-learn's `precision_recall_fscore_support`.
 * @example precisionRecallF1(['a', 'a', 'b'], ['a', 'b', 'b']).macro.f1 // 2 / 3
 */
export function precisionRecallF1<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: LabelOptions<L> & ZeroDivisionOptions = {},
): PrecisionRecallF1<L> {
  checkPaired('precisionRecallF1', yTrue, yPred);
  const zeroDivision = checkZeroDivision('precisionRecallF1', options);
  const labels = resolveLabels('precisionRecallF1', { yTrue, yPred }, options);
  const counts = countClasses(yTrue, yPred, labels);
  return { labels, perClass: perClass(labels, counts, zeroDivision), ...averagesOf(counts, zeroDivision) };
}

/** Scores by label name; own properties only, so a class may be called `__proto__`. */
export function perClass(
  labels: readonly Label[],
  counts: readonly Counts[],
  zeroDivision = 0,
): Record<string, ClassScores> {
  return Object.fromEntries(
    labels.map((label, i) => [String(label), { ...scoresOf(counts[i], zeroDivision), support: counts[i].actual }]),
  );
}

/** Hits, predictions and true examples of each class. */
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
