import { checkScored, countsAtThresholds, type WeightOptions } from './_counts-at-thresholds';

/**
 * Average precision: Σ (recallₙ − recallₙ₋₁) · precisionₙ over falling thresholds; in [0, 1].
 *
 * The area under the precision-recall curve as steps, never interpolated. Without positives it is 0. `yTrue` is 0 or 1,
 * `scores` any finite numbers; throws RangeError as `rocCurve`. Equals scikit-learn's `average_precision_score`.
 * @example averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // 0.8333333333333333
 */
export function averagePrecision(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  { weights }: WeightOptions = {},
): number {
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
