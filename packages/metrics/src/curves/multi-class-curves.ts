import { checkClassIds, checkPaired, checkRows, checkWeights } from '../_checks';
import { columnOf, mean, oneHot, type Rows } from '../_columns';
import { averageColumns } from './_average-columns';
import { averagePrecision } from './average-precision';
import type { ColumnOptions } from './multi-label-curves';
import { rocAuc } from './roc-auc';

export interface MultiClassRocOptions extends ColumnOptions {
  /** `one-vs-rest`, unless given, or `one-vs-one`: every pair of classes by itself (Hand and Till 2001), without `micro` and weights. */
  readonly strategy?: 'one-vs-rest' | 'one-vs-one';
}

/**
 * The area under the ROC curve of several classes.
 *
 * `yTrue` are class ids, the numbers of their columns; `scores` finite rows, one column a class. One against the rest, a class
 * that never (or always) occurs makes the macro average NaN; one against one leaves out classes that do not occur and is NaN
 * with fewer than two. Throws RangeError for other ids, uneven rows and what `one-vs-one` has no meaning for. Equals
 * scikit-learn's `roc_auc_score` with `labels` given, which takes probabilities only.
 * @example multiClassRocAuc([0, 1, 2], [[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]) // 1
 */
export function multiClassRocAuc(yTrue: ArrayLike<number>, scores: Rows, options: MultiClassRocOptions = {}): number {
  const { strategy = 'one-vs-rest', average = 'macro', weights } = options;
  const classes = checkClasses('multiClassRocAuc', yTrue, scores, weights);
  if (strategy === 'one-vs-rest')
    return averageColumns(rocAuc, { yTrue: oneHot(yTrue, classes), scores }, { average, weights });
  if (average === 'micro' || weights !== undefined)
    throw new RangeError(
      `multiClassRocAuc: one-vs-one expected macro or weighted average and no weights, got ${average}${weights === undefined ? '' : ' and weights'}; use one-vs-rest`,
    );
  return oneVersusOne(yTrue, scores, average);
}

/**
 * Average precision of several classes, each against the rest.
 *
 * Input and errors as `multiClassRocAuc`; a class that never occurs counts 0. Equals scikit-learn's
 * `average_precision_score` of one-hot truth.
 * @example multiClassAveragePrecision([0, 1], [[0.8, 0.2], [0.9, 0.1]]) // 0.5
 */
export function multiClassAveragePrecision(
  yTrue: ArrayLike<number>,
  scores: Rows,
  { average = 'macro', weights }: ColumnOptions = {},
): number {
  const classes = checkClasses('multiClassAveragePrecision', yTrue, scores, weights);
  return averageColumns(averagePrecision, { yTrue: oneHot(yTrue, classes), scores }, { average, weights });
}

function oneVersusOne(yTrue: ArrayLike<number>, scores: Rows, average: 'macro' | 'weighted'): number {
  const present = [...new Set(Array.from(yTrue))].sort((a, b) => a - b);
  const pairs = present.flatMap((a, i) => present.slice(i + 1).map((b) => [a, b] as const));
  const rowsOf = pairs.map(([a, b]) => examplesOf(yTrue, a, b));
  const areas = pairs.map(([a, b], i) => {
    const area = (positive: number) =>
      rocAuc(
        rowsOf[i].map((row) => Number(yTrue[row] === positive)),
        columnOf(
          rowsOf[i].map((row) => scores[row]),
          positive,
        ),
      );
    return (area(a) + area(b)) / 2;
  });
  return mean(
    areas,
    rowsOf.map((rows) => (average === 'weighted' ? rows.length : 1)),
  );
}

/** The examples of either class. */
function examplesOf(yTrue: ArrayLike<number>, a: number, b: number): number[] {
  return Array.from({ length: yTrue.length }, (_, i) => i).filter((i) => yTrue[i] === a || yTrue[i] === b);
}

function checkClasses(where: string, yTrue: ArrayLike<number>, scores: Rows, weights?: ArrayLike<number>): number {
  checkPaired(where, yTrue, scores);
  const classes = checkRows(where, 'scores', scores);
  checkClassIds(where, yTrue, classes);
  checkWeights(where, weights, yTrue.length);
  return classes;
}
