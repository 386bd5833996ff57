// Curves of a binary classifier over all thresholds, and the areas under them.

import { checkOptions, type TableOf } from '@attune/internal';
import { checkFinite, checkPaired } from '../checks';
import {
  checkScored,
  countsAtThresholds,
  keepOnly,
  type ThresholdCounts,
  type WeightOptions,
  weightTable,
} from './counts-at-thresholds';

/** Options of `rocCurve`. */
export interface RocOptions extends WeightOptions {
  /** Whether to drop points on a straight line between their neighbors, which change neither the plot nor the area; default true. */
  readonly dropIntermediate?: boolean;
}

/** Kinds of the options of curves. */
const curveTable = { weights: 'list', dropIntermediate: 'boolean' } satisfies TableOf<RocOptions>;

/** A curve from (0, 0) to (1, 1). The three arrays have the same length. */
export interface RocCurve {
  /** Share of the negatives with a score of at least each threshold; rising from 0 to 1. */
  readonly falsePositiveRate: number[];
  /** Share of the positives with a score of at least each threshold; rising from 0 to 1. */
  readonly truePositiveRate: number[];
  /** Thresholds, falling; the first is Infinity, at which no example is positive. */
  readonly thresholds: number[];
}

/**
 * Receiver operating characteristic: true positive rate against false positive rate at each threshold.
 *
 * `yTrue` is 0 or 1, `scores` any finite numbers, higher for the positive class; an example is positive at a threshold
 * if its score is at least that. Without positives (negatives) the true (false) positive rates are NaN. Equals
 * scikit-learn's `roc_curve`.
 * @throws RangeError for unequal lengths, no examples, truths other than 0 and 1, and scores that are not finite, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example rocCurve([0, 1], [0.2, 0.7]).truePositiveRate // [0, 1, 1]
 */
export function rocCurve(yTrue: ArrayLike<number>, scores: ArrayLike<number>, options: RocOptions = {}): RocCurve {
  checkOptions('rocCurve', options, curveTable);
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

/** Options of `rocAuc`. */
export interface RocAucOptions extends WeightOptions {
  /** Largest false positive rate, in (0, 1], of a partial area, rescaled so that chance is 0.5 (McClish 1989); default 1. */
  readonly maxFalsePositiveRate?: number;
}

const rocAucTable = { weights: 'list', maxFalsePositiveRate: 'number' } satisfies TableOf<RocAucOptions>;

/**
 * Area under the ROC curve: the probability that a random positive scores above a random negative, ties counting as half; in [0, 1].
 *
 * `yTrue` is 0 or 1, `scores` any finite numbers. NaN if there is only one class. Equals scikit-learn's `roc_auc_score`.
 * @throws RangeError as `rocCurve`.
 * @example rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // 0.75
 */
export function rocAuc(yTrue: ArrayLike<number>, scores: ArrayLike<number>, options: RocAucOptions = {}): number {
  checkOptions('rocAuc', options, rocAucTable);
  checkScored('rocAuc', yTrue, scores, options.weights);
  const limit = options.maxFalsePositiveRate ?? 1;
  if (!(limit > 0 && limit <= 1))
    throw new RangeError(`rocAuc: maxFalsePositiveRate expected a number above 0 and at most 1, got ${limit}`);
  const curve = curveOf(countsAtThresholds(yTrue, scores, options.weights), true);
  const last = curve.thresholds.length - 1;
  if (Number.isNaN(curve.falsePositiveRate[last] + curve.truePositiveRate[last])) return Number.NaN;
  return limit === 1 ? areaUnderCurve(curve.falsePositiveRate, curve.truePositiveRate) : partialArea(curve, limit);
}

function partialArea({ falsePositiveRate: x, truePositiveRate: y }: RocCurve, limit: number): number {
  const stop = x.findIndex((rate) => rate > limit);
  const slope = (y[stop] - y[stop - 1]) / (x[stop] - x[stop - 1]);
  const atLimit = slope * (limit - x[stop - 1]) + y[stop - 1];
  const area = areaUnderCurve([...x.slice(0, stop), limit], [...y.slice(0, stop), atLimit]);
  const chance = 0.5 * limit ** 2;
  return 0.5 * (1 + (area - chance) / (limit - chance));
}

/** Options of `precisionRecallCurve`. */
export interface PrecisionRecallOptions extends WeightOptions {
  /** Whether to drop thresholds with the same number of true positives as both neighbors; default false. */
  readonly dropIntermediate?: boolean;
}

/** Precision and recall are one longer than `thresholds`: the last point, (1, 0), has no threshold. */
export interface PrecisionRecallCurve {
  /** Share of positives among examples with a score of at least each threshold; the last is 1. */
  readonly precision: number[];
  /** Share of the positives with a score of at least each threshold; falling to 0. */
  readonly recall: number[];
  /** Thresholds, rising. */
  readonly thresholds: number[];
}

/**
 * Precision and recall at each threshold, from the lowest score up.
 *
 * `yTrue` is 0 or 1, `scores` any finite numbers, higher for the positive class. Without positives every recall is 1.
 * Equals scikit-learn's `precision_recall_curve`.
 * @throws RangeError as `rocCurve`.
 * @example precisionRecallCurve([0, 1], [0.2, 0.7]) // precision [0.5, 1, 1], recall [1, 1, 0], thresholds [0.2, 0.7]
 */
export function precisionRecallCurve(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: PrecisionRecallOptions = {},
): PrecisionRecallCurve {
  checkOptions('precisionRecallCurve', options, curveTable);
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

/**
 * Average precision: Σ (recallₙ − recallₙ₋₁) · precisionₙ over falling thresholds; in [0, 1].
 *
 * The area under the precision-recall curve in steps, without interpolation. 0 without positives. `yTrue` is 0 or 1,
 * `scores` any finite numbers. Equals scikit-learn's `average_precision_score`.
 * @throws RangeError as `rocCurve`.
 * @example averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // 0.8333333333333333
 */
export function averagePrecision(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: WeightOptions = {},
): number {
  checkOptions('averagePrecision', options, weightTable);
  const { weights } = options;
  checkScored('averagePrecision', yTrue, scores, weights);
  const { truePositives, falsePositives } = countsAtThresholds(yTrue, scores, weights);
  const total = truePositives[truePositives.length - 1];
  if (total === 0) return 0;
  let before = 0;
  let sum = 0;
  truePositives.forEach((hits, i) => {
    sum += ((hits - before) / total) * (hits / (hits + falsePositives[i]));
    before = hits;
  });
  return sum;
}

/**
 * Area under the points (x, y) by the trapezoidal rule.
 *
 * `x` must be monotonic; if it falls, it is read from the right. Equals scikit-learn's `auc`.
 * @throws RangeError if `x` both rises and falls, for unequal lengths, fewer than two points, and numbers that are not finite.
 * @example areaUnderCurve([0, 0.5, 1], [0, 1, 1]) // 0.75
 */
export function areaUnderCurve(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPaired('areaUnderCurve', x, y);
  checkFinite('areaUnderCurve', 'x', x);
  checkFinite('areaUnderCurve', 'y', y);
  if (x.length < 2) throw new RangeError(`areaUnderCurve: expected at least 2 points, got ${x.length}`);
  const steps = Array.from({ length: x.length - 1 }, (_, i) => x[i + 1] - x[i]);
  const isFalling = steps.some((step) => step < 0);
  if (isFalling && steps.some((step) => step > 0))
    throw new RangeError('areaUnderCurve: expected a monotonic x, got one that rises and falls; sort the points by x');
  const area = steps.reduce((sum, step, i) => sum + (step * (y[i + 1] + y[i])) / 2, 0);
  return isFalling ? -area : area;
}
