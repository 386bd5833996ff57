import { checkOptions } from '@attune/internal';
import { checkPaired } from './checks';
import { type Label, type LabelOptions, labelTable, resolveLabels } from './labels';
import { countRows, type Indicators } from './multi-label';
import { type Counts, countClasses, ratio } from './precision-recall-f1';

/** Jaccard index by class and averaged; each in [0, 1]. */
export interface JaccardScores {
  /** Index of each class, keyed by its name. */
  readonly perClass: Record<string, number>;
  /** Plain mean over classes. */
  readonly macro: number;
  /** Index from the pooled counts of all classes. */
  readonly micro: number;
  /** Mean over classes, weighted by the number of true examples. */
  readonly weighted: number;
}

/**
 * Jaccard index of each class: correctly predicted examples divided by examples that have the class or are predicted as it.
 *
 * TP / (TP + FP + FN); a zero denominator gives 0. Averages are over `labels`, by default
 * those in truth or prediction. Equals scikit-learn's `jaccard_score`.
 * @throws RangeError when the lengths differ or are zero, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example jaccard(['a', 'a', 'b'], ['a', 'b', 'b']).perClass.a // 0.5
 */
export function jaccard<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: LabelOptions<L> = {},
): JaccardScores {
  checkOptions('jaccard', options, labelTable);
  checkPaired('jaccard', yTrue, yPred);
  const labels = resolveLabels('jaccard', { yTrue, yPred }, options);
  return averaged(labels.map(String), countClasses(yTrue, yPred, labels));
}

/**
 * Jaccard index of a multi-label classifier, including the mean over examples of each example's index.
 *
 * Input is [examples, labels] of 0 and 1.
 * @throws RangeError as `multiLabelReport`.
 * @example multiLabelJaccard([[1, 0], [1, 1]], [[1, 0], [0, 1]]).samples // 0.75
 */
export function multiLabelJaccard(
  yTrue: Indicators,
  yPred: Indicators,
): JaccardScores & {
  /** Mean over examples of the Jaccard index of each example's labels. */
  samples: number;
} {
  const { columns, rows } = countRows('multiLabelJaccard', yTrue, yPred);
  const samples = rows.reduce((sum, row) => sum + indexOf(row), 0) / rows.length;
  return { ...averaged(Object.keys(columns), columns), samples };
}

function averaged(names: readonly string[], counts: readonly Counts[]): JaccardScores {
  const sum = (of: (count: Counts) => number) => counts.reduce((total, count) => total + of(count), 0);
  const actual = sum((count) => count.actual);
  const macro = sum(indexOf) / counts.length;
  return {
    perClass: Object.fromEntries(names.map((name, i) => [name, indexOf(counts[i])])),
    macro,
    micro: ratio(
      sum((count) => count.truePositives),
      sum(union),
    ),
    // scikit-learn uses equal weights if no listed class occurs.
    weighted: actual === 0 ? macro : sum((count) => indexOf(count) * count.actual) / actual,
  };
}

const union = ({ truePositives, predicted, actual }: Counts): number => predicted + actual - truePositives;

const indexOf = (counts: Counts): number => ratio(counts.truePositives, union(counts));
