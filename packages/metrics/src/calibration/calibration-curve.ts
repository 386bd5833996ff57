import { checkBinary, checkPaired, checkProbabilities } from '../_checks';
import { type BinOptions, binsOf } from './_bins';

/** Bins that hold no example are left out; the three arrays are equally long. */
export interface CalibrationCurve {
  /** The share of positives in each bin. */
  probabilityTrue: number[];
  /** The mean predicted probability in each bin. */
  probabilityPredicted: number[];
  /** The number of examples in each bin. */
  counts: number[];
}

/**
 * How often what is predicted with probability p comes true: the reliability diagram's points.
 *
 * `yTrue` is 0 or 1, `probabilities` P(1); 5 bins of equal width unless given. Throws RangeError for unequal lengths, no
 * examples, other truths and numbers outside [0, 1]. Equals scikit-learn's `calibration_curve`.
 * @example calibrationCurve([0, 1, 1], [0.1, 0.15, 0.9]).probabilityTrue // [0.5, 1]
 */
export function calibrationCurve(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { bins = 5, strategy }: BinOptions = {},
): CalibrationCurve {
  checkBinaryProbabilities('calibrationCurve', yTrue, probabilities);
  const { binOf } = binsOf('calibrationCurve', probabilities, { bins, strategy });
  const all = sumsOf(yTrue, probabilities, { binOf, bins }).filter(({ count }) => count > 0);
  return {
    probabilityTrue: all.map(({ count, positives }) => positives / count),
    probabilityPredicted: all.map(({ count, probability }) => probability / count),
    counts: all.map(({ count }) => count),
  };
}

/** The number of examples, of positives, and the sum of probabilities in each bin. */
export function sumsOf(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { binOf, bins }: { binOf: Uint32Array; bins: number },
) {
  const sums = Array.from({ length: bins }, () => ({ count: 0, positives: 0, probability: 0 }));
  binOf.forEach((bin, i) => {
    sums[bin].count++;
    sums[bin].positives += yTrue[i];
    sums[bin].probability += probabilities[i];
  });
  return sums;
}

/** Throws RangeError unless truth is 0 or 1 and each example has a probability. */
export function checkBinaryProbabilities(
  where: string,
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): void {
  checkPaired(where, yTrue, probabilities);
  checkBinary(where, 'yTrue', yTrue);
  checkProbabilities(where, 'probabilities', probabilities);
}
