import {
  checkScored,
  countsAtThresholds,
  keepOnly,
  type ThresholdCounts,
  type WeightOptions,
} from './_counts-at-thresholds';

export interface PrecisionRecallOptions extends WeightOptions {
  /** Leave out thresholds whose number of true positives is that of both neighbours; false unless given. */
  readonly dropIntermediate?: boolean;
}

/** Precision and recall are one longer than `thresholds`: the last point, (1, 0), has none. */
export interface PrecisionRecallCurve {
  precision: number[];
  recall: number[];
  /** Rising. */
  thresholds: number[];
}

/**
 * Precision and recall at each threshold, from the lowest score up.
 *
 * `yTrue` is 0 or 1, `scores` any finite numbers, higher for the positive class. Without positives every recall is 1. Throws
 * RangeError as `rocCurve` does. Equals scikit-learn's `precision_recall_curve`.
 * @example precisionRecallCurve([0, 1], [0.2, 0.7]) // precision [0.5, 1, 1], recall [1, 1, 0], thresholds [0.2, 0.7]
 */
export function precisionRecallCurve(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: PrecisionRecallOptions = {},
): PrecisionRecallCurve {
  checkScored('precisionRecallCurve', yTrue, scores, options.weights);
  const all = countsAtThresholds(yTrue, scores, options.weights);
  const { truePositives, falsePositives, thresholds } = options.dropIntermediate === true ? withoutLevel(all) : all;
  const total = truePositives[truePositives.length - 1];
  const precision = truePositives.map((hits, i) => hits / (hits + falsePositives[i]));
  const recall = truePositives.map((hits) => (total === 0 ? 1 : hits / total));
  return {
    precision: [...precision.reverse(), 1],
    recall: [...recall.reverse(), 0],
    thresholds: [...thresholds].reverse(),
  };
}

function withoutLevel(counts: ThresholdCounts): ThresholdCounts {
  const hits = counts.truePositives;
  const last = hits.length - 1;
  return keepOnly(counts, (i) => i === 0 || i === last || hits[i] !== hits[i - 1] || hits[i + 1] !== hits[i]);
}
