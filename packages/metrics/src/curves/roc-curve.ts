import {
  checkScored,
  countsAtThresholds,
  keepOnly,
  type ThresholdCounts,
  type WeightOptions,
} from './_counts-at-thresholds';

export interface RocOptions extends WeightOptions {
  /** Leave out points on a straight line between their neighbours, which change neither the drawing nor the area; true unless given. */
  readonly dropIntermediate?: boolean;
}

/** A curve from (0, 0) to (1, 1); all three arrays are equally long. */
export interface RocCurve {
  falsePositiveRate: number[];
  truePositiveRate: number[];
  /** Falling; the first is Infinity, at which nothing is positive. */
  thresholds: number[];
}

/**
 * The receiver operating characteristic: true positive rate against false positive rate at each threshold.
 *
 * `yTrue` is 0 or 1, `scores` any finite numbers, higher for the positive class; an example is positive at a threshold if its
 * score is at least that. Without positives (negatives) the true (false) positive rates are NaN. Throws RangeError for unequal
 * lengths, no examples, other truths and scores that are not finite. Equals scikit-learn's `roc_curve`.
 * @example rocCurve([0, 1], [0.2, 0.7]).truePositiveRate // [0, 1, 1]
 */
export function rocCurve(yTrue: ArrayLike<number>, scores: ArrayLike<number>, options: RocOptions = {}): RocCurve {
  checkScored('rocCurve', yTrue, scores, options.weights);
  return curveOf(countsAtThresholds(yTrue, scores, options.weights), options.dropIntermediate ?? true);
}

function curveOf(all: ThresholdCounts, dropIntermediate: boolean): RocCurve {
  const counts = dropIntermediate ? withoutStraight(all) : all;
  return {
    falsePositiveRate: shares([0, ...counts.falsePositives]),
    truePositiveRate: shares([0, ...counts.truePositives]),
    thresholds: [Number.POSITIVE_INFINITY, ...counts.thresholds],
  };
}

function withoutStraight(counts: ThresholdCounts): ThresholdCounts {
  const { truePositives, falsePositives } = counts;
  const last = truePositives.length - 1;
  // The difference of differences, in scikit-learn's order of subtraction: weighted sums round alike.
  const bends = (v: number[], i: number) => v[i + 1] - v[i] - (v[i] - v[i - 1]) !== 0;
  return keepOnly(counts, (i) => i === 0 || i === last || bends(truePositives, i) || bends(falsePositives, i));
}

function shares(counts: number[]): number[] {
  const total = counts[counts.length - 1];
  return counts.map((count) => (total > 0 ? count / total : Number.NaN));
}
