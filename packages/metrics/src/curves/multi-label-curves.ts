import { checkBinary, checkPaired, checkRows, checkWeights } from '../_checks';
import type { Rows } from '../_columns';
import { averageColumns, type BinaryScore, type ColumnAverage } from './_average-columns';
import type { WeightOptions } from './_counts-at-thresholds';
import { averagePrecision } from './average-precision';
import { rocAuc } from './roc-auc';

export interface ColumnOptions extends WeightOptions {
  /**
   * `macro`, unless given: the plain mean over labels; `weighted`: by their number of true examples; `micro`: of all 0/1
   * decisions pooled.
   */
  readonly average?: ColumnAverage;
}

/**
 * The area under the ROC curve of a classifier that may give any number of labels.
 *
 * `yTrue` are rows of 0 and 1, `scores` rows of finite numbers, one column a label. A label that is always or never true makes
 * the macro average NaN. Throws RangeError for rows of unequal length and other values. Equals scikit-learn's `roc_auc_score`.
 * @example multiLabelRocAuc([[1, 0], [0, 1]], [[0.9, 0.3], [0.2, 0.1]]) // 0.5
 */
export function multiLabelRocAuc(yTrue: Rows, scores: Rows, options: ColumnOptions = {}): number {
  return averaged('multiLabelRocAuc', rocAuc, { yTrue, scores }, options);
}

/**
 * Average precision of a classifier that may give any number of labels; a label that is never true counts 0.
 *
 * Input and errors as `multiLabelRocAuc`. Equals scikit-learn's `average_precision_score`.
 * @example multiLabelAveragePrecision([[1, 0], [0, 1]], [[0.9, 0.3], [0.2, 0.1]]) // 0.75
 */
export function multiLabelAveragePrecision(yTrue: Rows, scores: Rows, options: ColumnOptions = {}): number {
  return averaged('multiLabelAveragePrecision', averagePrecision, { yTrue, scores }, options);
}

function averaged(
  where: string,
  score: BinaryScore,
  pair: { yTrue: Rows; scores: Rows },
  { average = 'macro', weights }: ColumnOptions,
): number {
  checkIndicatorScores(where, pair.yTrue, pair.scores);
  checkWeights(where, weights, pair.yTrue.length);
  return averageColumns(score, pair, { average, weights });
}

/** Throws RangeError unless truth is rows of 0 and 1 and scores are finite rows of that shape. */
export function checkIndicatorScores(where: string, yTrue: Rows, scores: Rows): number {
  checkPaired(where, yTrue, scores);
  const width = checkRows(where, 'yTrue', yTrue);
  for (let i = 0; i < yTrue.length; i++) checkBinary(where, `yTrue[${i}]`, yTrue[i]);
  const columns = checkRows(where, 'scores', scores);
  if (columns !== width)
    throw new RangeError(`${where}: expected ${width} scores a row, one a label, got ${columns}; score every label`);
  return width;
}
