import { checkScored, type WeightOptions } from './_counts-at-thresholds';
import { areaUnderCurve } from './area-under-curve';
import { type RocCurve, rocCurve } from './roc-curve';

export interface RocAucOptions extends WeightOptions {
  /** In (0, 1]: only the part up to this false positive rate counts, rescaled so that chance is 0.5 (McClish 1989); 1 unless given. */
  readonly maxFalsePositiveRate?: number;
}

/**
 * The area under the ROC curve: how likely a random positive scores above a random negative, ties counting half; in [0, 1].
 *
 * `yTrue` is 0 or 1, `scores` any finite numbers. With one class only it is NaN. Throws RangeError as `rocCurve`. Equals
 * scikit-learn's `roc_auc_score`.
 * @example rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // 0.75
 */
export function rocAuc(yTrue: ArrayLike<number>, scores: ArrayLike<number>, options: RocAucOptions = {}): number {
  checkScored('rocAuc', yTrue, scores, options.weights);
  const limit = options.maxFalsePositiveRate ?? 1;
  if (!(limit > 0 && limit <= 1))
    throw new RangeError(`rocAuc: maxFalsePositiveRate expected a number above 0 and at most 1, got ${limit}`);
  const curve = rocCurve(yTrue, scores, { weights: options.weights });
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
