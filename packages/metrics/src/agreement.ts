// How far predicted labels agree with true ones: accuracy and its variants, the confusion matrix, MCC and kappa.

import { checkOptions, oneOf, type TableOf } from '@attune/internal';
import { mean, type Rows } from './arrays';
import { checkClassIds, checkInteger, checkPaired, checkRows } from './checks';
import { checkKinds, distinct, type Label, type LabelOptions, labelsOf, labelTable, resolveLabels } from './labels';
import { type Counts, countClasses } from './precision-recall-f1';

/**
 * Counts of examples by true class (row) and predicted class (column).
 *
 * Rows and columns follow `labels`, by default every label in truth or prediction, sorted as by `labelsOf`. An
 * example with a label that is not listed is ignored. Equals scikit-learn's `confusion_matrix`.
 * @throws RangeError when the lengths differ or are zero, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example confusionMatrix(['a', 'a', 'b'], ['a', 'b', 'b']) // [[1, 1], [0, 1]]
 */
export function confusionMatrix<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: LabelOptions<L> = {},
): number[][] {
  checkOptions('confusionMatrix', options, labelTable);
  checkPaired('confusionMatrix', yTrue, yPred);
  const labels = resolveLabels('confusionMatrix', { yTrue, yPred }, options);
  const index = new Map(labels.map((label, i) => [label, i]));
  const matrix = labels.map(() => new Array<number>(labels.length).fill(0));
  for (let i = 0; i < yTrue.length; i++) {
    const row = index.get(yTrue[i]);
    const column = index.get(yPred[i]);
    if (row !== undefined && column !== undefined) matrix[row][column]++;
  }
  return matrix;
}

/** Examples of one class that were predicted as another class. */
export interface Confusion<L extends Label = Label> {
  /** The true class. */
  readonly truth: L;
  /** The predicted class. */
  readonly predicted: L;
  /** Number of examples with this pair. */
  readonly count: number;
}

/**
 * Pairs of confused classes, most frequent first: the entries of `confusionMatrix` off its diagonal, without zeros.
 *
 * Memory is proportional to the number of examples, not of classes. Pairs with equal counts are in the order of `labels`.
 * @throws RangeError when the lengths differ or are zero, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example confusions(['a', 'a', 'b'], ['a', 'b', 'b']) // [{ truth: 'a', predicted: 'b', count: 1 }]
 */
export function confusions<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: LabelOptions<L> = {},
): Confusion<L>[] {
  checkOptions('confusions', options, labelTable);
  checkPaired('confusions', yTrue, yPred);
  const labels = resolveLabels('confusions', { yTrue, yPred }, options);
  const index = new Map(labels.map((label, i) => [label, i]));
  const counts = new Map<number, number>(); // by row · labels + column
  for (let i = 0; i < yTrue.length; i++) {
    const [row, column] = [index.get(yTrue[i]), index.get(yPred[i])];
    if (row === undefined || column === undefined || row === column) continue;
    const cell = row * labels.length + column;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a - b)
    .map(([cell, count]) => ({
      truth: labels[Math.floor(cell / labels.length)],
      predicted: labels[cell % labels.length],
      count,
    }));
}

/**
 * Share of examples that are predicted correctly, in [0, 1].
 *
 * Equals scikit-learn's `accuracy_score`.
 * @throws RangeError when the lengths differ or are zero.
 * @example accuracy(['a', 'b', 'b'], ['a', 'b', 'a']) // 2 / 3
 */
export function accuracy<L extends Label>(yTrue: ArrayLike<L>, yPred: ArrayLike<L>): number {
  checkPaired('accuracy', yTrue, yPred);
  checkKinds(distinct(yTrue, yPred));
  let correct = 0;
  for (let i = 0; i < yTrue.length; i++) if (yTrue[i] === yPred[i]) correct++;
  return correct / yTrue.length;
}

/** Options of `balancedAccuracy`. */
export interface BalancedAccuracyOptions {
  /** Rescale so that chance is 0 and perfect is 1; default false. With one class it divides by zero: NaN or −Infinity. */
  readonly adjusted?: boolean;
}

const balancedTable = { adjusted: 'boolean' } satisfies TableOf<BalancedAccuracyOptions>;

/**
 * Mean recall over classes, so that every class has equal weight; in [0, 1].
 *
 * Classes are those in `yTrue`. Equals scikit-learn's `balanced_accuracy_score`.
 * @throws RangeError when the lengths differ or are zero, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example balancedAccuracy(['a', 'a', 'a', 'b'], ['a', 'a', 'a', 'a']) // 0.5
 */
export function balancedAccuracy<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: BalancedAccuracyOptions = {},
): number {
  checkOptions('balancedAccuracy', options, balancedTable);
  checkPaired('balancedAccuracy', yTrue, yPred);
  const recalls = countClasses(yTrue, yPred, labelsOf(yTrue, yPred))
    .filter(({ actual }) => actual > 0)
    .map(({ truePositives, actual }) => truePositives / actual);
  const chance = 1 / recalls.length;
  return options.adjusted ? (mean(recalls) - chance) / (1 - chance) : mean(recalls);
}

/**
 * Share of examples whose true class is among the `k` with the highest scores, in [0, 1].
 *
 * `yTrue` holds class ids, `scores` is [examples, classes] of finite numbers. Among tied classes the later column ranks
 * higher, as in scikit-learn, so constant scores do not count as hits. Equals scikit-learn's `top_k_accuracy_score` with
 * `labels`, for more than two classes.
 * @throws RangeError for class ids out of range, uneven rows and a `k` below 1.
 * @example topKAccuracy([0, 2], [[0.2, 0.5, 0.3], [0.2, 0.5, 0.3]], 2) // 0.5
 */
export function topKAccuracy(yTrue: ArrayLike<number>, scores: Rows, k: number): number {
  checkPaired('topKAccuracy', yTrue, scores);
  checkInteger('topKAccuracy', 'k', k, 1);
  checkClassIds('topKAccuracy', yTrue, checkRows('topKAccuracy', 'scores', scores));
  let hits = 0;
  for (let i = 0; i < yTrue.length; i++) if (numberAhead(scores[i], yTrue[i]) < k) hits++;
  return hits / yTrue.length;
}

function numberAhead(row: ArrayLike<number>, own: number): number {
  let ahead = 0;
  for (let j = 0; j < row.length; j++) if (row[j] > row[own] || (row[j] === row[own] && j > own)) ahead++;
  return ahead;
}

/**
 * Matthews correlation coefficient of two or more classes (Gorodkin 2004): 1 is perfect, 0 is chance.
 *
 * (c·n − Σ tₖ pₖ) / √((n² − Σ pₖ²)(n² − Σ tₖ²)), where c of n examples are correct, and tₖ and pₖ are the numbers of true and predicted examples of class k; 0
 * if either side has only one class. Equals scikit-learn's `matthews_corrcoef`.
 * @throws RangeError when the lengths differ or are zero.
 * @example matthewsCorrelation([1, 1, 1, 0], [1, 0, 1, 1]) // -0.3333333333333333
 */
export function matthewsCorrelation<L extends Label>(yTrue: ArrayLike<L>, yPred: ArrayLike<L>): number {
  checkPaired('matthewsCorrelation', yTrue, yPred);
  const counts = countClasses(yTrue, yPred, labelsOf(yTrue, yPred));
  const total = yTrue.length;
  const sum = (product: (count: Counts) => number) => counts.reduce((all, count) => all + product(count), 0);
  const correct = sum(({ truePositives }) => truePositives);
  const denominator =
    (total ** 2 - sum(({ predicted }) => predicted ** 2)) * (total ** 2 - sum(({ actual }) => actual ** 2));
  const expected = sum(({ actual, predicted }) => actual * predicted);
  return denominator === 0 ? 0 : (correct * total - expected) / Math.sqrt(denominator);
}

/** Options of `cohenKappa`. */
export interface KappaOptions<L extends Label = Label> extends LabelOptions<L> {
  /**
   * Cost of confusing the classes at positions i and j: 1 (`none`, default), |i − j| (`linear`) or (i − j)² (`quadratic`); for
   * ordered classes, in the order of `labels`.
   */
  readonly weighting?: 'none' | 'linear' | 'quadratic';
}

const kappaTable = {
  labels: 'list',
  weighting: /* @__PURE__ */ oneOf(['none', 'linear', 'quadratic']),
} satisfies TableOf<KappaOptions>;

/**
 * Cohen's kappa: agreement of two raters beyond chance; 1 is full, 0 is chance.
 *
 * 1 − Σ wᵢⱼ observedᵢⱼ / Σ wᵢⱼ expectedᵢⱼ; NaN if there is only one class. Equals scikit-learn's `cohen_kappa_score`.
 * @throws RangeError when the lengths differ or are zero, AttuneError ARGUMENT_INVALID for an unknown option or weighting.
 * @example cohenKappa(['a', 'b', 'b'], ['a', 'b', 'a']) // 0.4
 */
export function cohenKappa<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: KappaOptions<L> = {},
): number {
  checkOptions('cohenKappa', options, kappaTable);
  const { weighting = 'none', labels } = options;
  checkPaired('cohenKappa', yTrue, yPred);
  const listed = resolveLabels('cohenKappa', { yTrue, yPred }, { labels });
  const index = new Map(listed.map((label, i) => [label, i]));
  const cost = costs[weighting];
  const [rows, columns] = [new Float64Array(listed.length), new Float64Array(listed.length)];
  let [observed, expected, total] = [0, 0, 0];
  for (let example = 0; example < yTrue.length; example++) {
    const [i, j] = [index.get(yTrue[example]), index.get(yPred[example])];
    if (i === undefined || j === undefined) continue;
    rows[i]++;
    columns[j]++;
    total++;
    observed += cost(i, j);
  }
  rows.forEach((row, i) => {
    if (row > 0) columns.forEach((column, j) => (expected += (cost(i, j) * row * column) / total));
  });
  return expected === 0 ? Number.NaN : 1 - observed / expected;
}

const costs = {
  none: (i: number, j: number) => Number(i !== j),
  linear: (i: number, j: number) => Math.abs(i - j),
  quadratic: (i: number, j: number) => (i - j) ** 2,
};
