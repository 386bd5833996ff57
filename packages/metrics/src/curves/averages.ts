// Ranking metrics of several columns: multi-label and multi-class.

import { checkOptions, oneOf, type TableOf } from '@attune/internal';
import { columnOf, flatten, mean, oneHot, type Rows } from '../arrays';
import { checkClassIds, checkIndicatorScores, checkPaired, checkRows, checkWeights, oneOfNamed } from '../checks';
import type { WeightOptions } from './counts-at-thresholds';
import { averagePrecision, rocAuc } from './curves';

/**
 * Average over classes or labels: `macro` is the plain mean, `weighted` the mean by number of true examples, `micro` the score of
 * all 0/1 decisions together.
 */
export type ColumnAverage = 'macro' | 'weighted' | 'micro';

/** Options of metrics that are averaged over labels. */
export interface ColumnOptions extends WeightOptions {
  /** How scores of columns are averaged; default `macro`. */
  readonly average?: ColumnAverage;
}

const averageKind = /* @__PURE__ */ oneOf(['macro', 'weighted', 'micro']);

const columnTable = { weights: 'list', average: averageKind } satisfies TableOf<ColumnOptions>;

/**
 * Area under the ROC curve of a multi-label classifier.
 *
 * `yTrue` is [examples, labels] of 0 and 1, `scores` [examples, labels] of finite numbers. A label that is always or never
 * true makes the macro average NaN. Equals scikit-learn's `roc_auc_score`.
 * @throws RangeError for rows of unequal length and other values, AttuneError ARGUMENT_INVALID for an unknown option or average.
 * @example multiLabelRocAuc([[1, 0], [0, 1]], [[0.9, 0.3], [0.2, 0.1]]) // 0.5
 */
export function multiLabelRocAuc(yTrue: Rows, scores: Rows, options: ColumnOptions = {}): number {
  return averaged('multiLabelRocAuc', rocAuc, { yTrue, scores }, options);
}

/**
 * Average precision of a multi-label classifier; a label that is never true counts as 0.
 *
 * Input as `multiLabelRocAuc`. Equals scikit-learn's `average_precision_score`.
 * @throws RangeError as `multiLabelRocAuc`.
 * @example multiLabelAveragePrecision([[1, 0], [0, 1]], [[0.9, 0.3], [0.2, 0.1]]) // 0.75
 */
export function multiLabelAveragePrecision(yTrue: Rows, scores: Rows, options: ColumnOptions = {}): number {
  return averaged('multiLabelAveragePrecision', averagePrecision, { yTrue, scores }, options);
}

function averaged(
  where: string,
  score: BinaryScore,
  pair: { yTrue: Rows; scores: Rows },
  options: ColumnOptions,
): number {
  checkOptions(where, options, columnTable);
  const { average = 'macro', weights } = options;
  checkIndicatorScores(where, pair.yTrue, pair.scores);
  checkWeights(where, weights, pair.yTrue.length);
  return averageColumns(score, pair, { average, weights });
}

/** Options of `multiClassRocAuc`. */
export interface MultiClassRocOptions extends ColumnOptions {
  /** `one-vs-rest` (default), or `one-vs-one`: the mean over pairs of classes (Hand and Till 2001), without `micro` and weights. */
  readonly strategy?: 'one-vs-rest' | 'one-vs-one';
}

const multiClassTable = {
  weights: 'list',
  average: averageKind,
  strategy: /* @__PURE__ */ oneOfNamed(['one-vs-rest', 'one-vs-one'], { ovr: 'one-vs-rest', ovo: 'one-vs-one' }),
} satisfies TableOf<MultiClassRocOptions>;

/**
 * Area under the ROC curve of a classifier with several classes.
 *
 * `yTrue` holds class ids, `scores` is [examples, classes] of finite numbers. With one-vs-rest, a class that never or always
 * occurs makes the macro average NaN; one-vs-one ignores classes that do not occur and is NaN with fewer than two.
 * Equals scikit-learn's `roc_auc_score` with `labels`, which takes probabilities only.
 * @throws RangeError for class ids out of range, uneven rows, and `one-vs-one` with weights or `micro`, AttuneError ARGUMENT_INVALID for an unknown option, average or strategy.
 * @example multiClassRocAuc([0, 1, 2], [[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]) // 1
 */
export function multiClassRocAuc(yTrue: ArrayLike<number>, scores: Rows, options: MultiClassRocOptions = {}): number {
  checkOptions('multiClassRocAuc', options, multiClassTable);
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
 * Average precision of a classifier with several classes, each against the rest.
 *
 * Input as in `multiClassRocAuc`; a class that never occurs counts as 0. Equals scikit-learn's
 * `average_precision_score` of one-hot truth.
 * @throws RangeError as `multiClassRocAuc`.
 * @example multiClassAveragePrecision([0, 1], [[0.8, 0.2], [0.9, 0.1]]) // 0.5
 */
export function multiClassAveragePrecision(
  yTrue: ArrayLike<number>,
  scores: Rows,
  options: ColumnOptions = {},
): number {
  checkOptions('multiClassAveragePrecision', options, columnTable);
  const { average = 'macro', weights } = options;
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

/** The examples of two classes. */
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

/** A metric of 0/1 truths and scores, such as `rocAuc`. */
type BinaryScore = (yTrue: ArrayLike<number>, scores: ArrayLike<number>, options: WeightOptions) => number;

/** A binary score averaged over columns of indicators, as scikit-learn's `_average_binary_score`; input is checked. */
function averageColumns(
  score: BinaryScore,
  pair: { yTrue: Rows; scores: Rows },
  { average, weights }: WeightOptions & { average: ColumnAverage },
): number {
  const { yTrue, scores } = pair;
  const width = yTrue[0].length;
  if (average === 'micro') {
    const repeated = weights && flatten(Array.from(weights, (weight) => new Float64Array(width).fill(weight)));
    return score(flatten(yTrue), flatten(scores), { weights: repeated });
  }
  const columns = Array.from({ length: width }, (_, column) => columnOf(yTrue, column));
  const supports = columns.map((truth) => truth.reduce((sum, value, i) => sum + value * (weights?.[i] ?? 1), 0));
  const ofColumns = columns.map((truth, column) => score(truth, columnOf(scores, column), { weights }));
  if (average === 'macro') return mean(ofColumns);
  if (supports.every((support) => support === 0)) return 0;
  // A column without examples does not count, even if its own score is undefined.
  return mean(
    ofColumns.map((value, column) => (supports[column] === 0 ? 0 : value)),
    supports,
  );
}
