// True and false positives at every threshold, for curves and threshold searches.
import type { TableOf } from '@attune/internal';
import { checkBinary, checkFinite, checkPaired, checkWeights } from '../checks';

/** Options of metrics that may weight examples. */
export interface WeightOptions {
  /** Weight of each example, ≥ 0; default equal. */
  readonly weights?: ArrayLike<number>;
}

/** Kinds of `WeightOptions`. */
export const weightTable = { weights: 'list' } satisfies TableOf<WeightOptions>;

/** Counts at each threshold; an example is positive if its score is at least the threshold. */
export interface ThresholdCounts {
  /** The distinct scores, falling. */
  readonly thresholds: number[];
  /** Weight of the positives at or above each threshold; the last is the total. */
  readonly truePositives: number[];
  readonly falsePositives: number[];
}

/** Throws RangeError unless truth is 0 or 1 and every score finite. */
export function checkScored(
  where: string,
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights?: ArrayLike<number>,
): void {
  checkPaired(where, yTrue, scores);
  checkBinary(where, 'yTrue', yTrue);
  checkFinite(where, 'scores', scores);
  checkWeights(where, weights, scores.length);
}

/**
 * Counts at every distinct score, from the highest. Tied examples enter together; examples with weight 0 are ignored.
 *
 * Equals scikit-learn's `confusion_matrix_at_thresholds`. Input must be checked before.
 */
export function countsAtThresholds(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights?: ArrayLike<number>,
): ThresholdCounts {
  const counts: ThresholdCounts = { thresholds: [], truePositives: [], falsePositives: [] };
  const order = fallingOrder(scores, weights);
  let positives = 0;
  let negatives = 0;
  for (let rank = 0; rank < order.length; rank++) {
    const i = order[rank];
    const weight = weights === undefined ? 1 : weights[i];
    positives += yTrue[i] * weight;
    negatives += (1 - yTrue[i]) * weight;
    if (rank + 1 < order.length && scores[order[rank + 1]] === scores[i]) continue;
    counts.thresholds.push(scores[i]);
    counts.truePositives.push(positives);
    counts.falsePositives.push(negatives);
  }
  return counts;
}

/** Examples of positive weight from the highest score down, ties in input order. */
function fallingOrder(scores: ArrayLike<number>, weights?: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i);
  const counted = weights === undefined ? order : order.filter((i) => weights[i] !== 0);
  return counted.sort((a, b) => scores[b] - scores[a] || a - b);
}

/** The counts at selected thresholds. */
export function keepOnly(counts: ThresholdCounts, isKept: (index: number) => boolean): ThresholdCounts {
  const kept = (values: number[]) => values.filter((_, i) => isKept(i));
  return {
    thresholds: kept(counts.thresholds),
    truePositives: kept(counts.truePositives),
    falsePositives: kept(counts.falsePositives),
  };
}
