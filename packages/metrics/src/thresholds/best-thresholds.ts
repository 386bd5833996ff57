import { columnOf, type Rows } from '../_columns';
import { checkIndicatorScores } from '../curves/multi-label-curves';
import { bestThreshold, type Threshold, type ThresholdOptions } from './best-threshold';

/**
 * The best threshold of each label of a classifier that may give any number of labels.
 *
 * `yTrue` are rows of 0 and 1, `scores` rows of finite numbers, one column a label; each label is chosen by itself, which makes
 * the macro average of the metric as high as it can be on these examples. A label that is never true gets Infinity under `f1`.
 * Throws RangeError for rows of unequal length and as `bestThreshold`.
 * @example bestThresholds([[1, 0], [0, 1]], [[0.9, 0.3], [0.2, 0.1]]).map(({ threshold }) => threshold) // [0.9, 0.1]
 */
export function bestThresholds(yTrue: Rows, scores: Rows, options: ThresholdOptions = {}): Threshold[] {
  const width = checkIndicatorScores('bestThresholds', yTrue, scores);
  return Array.from({ length: width }, (_, label) =>
    bestThreshold(columnOf(yTrue, label), columnOf(scores, label), options),
  );
}
