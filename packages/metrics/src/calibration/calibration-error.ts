import { checkClassIds, checkPaired } from '../_checks';
import { argMax, type Rows } from '../_columns';
import { checkProbabilityRows } from '../losses/log-loss';
import { type BinOptions, binsOf } from './_bins';
import { checkBinaryProbabilities, sumsOf } from './calibration-curve';

/** One bin: probabilities in (low, high], the first also its low end. */
export interface CalibrationBin {
  low: number;
  high: number;
  count: number;
  /** Mean probability and share that is true; NaN in an empty bin. */
  confidence: number;
  accuracy: number;
}

export interface CalibrationError {
  /** The expected calibration error, ECE, in [0, 1]. */
  expected: number;
  /** The largest gap of a bin, MCE, in [0, 1]. */
  maximum: number;
  bins: CalibrationBin[];
}

/**
 * How far probabilities are from the frequencies with which they come true.
 *
 * expected = Σ count/n · |accuracy − confidence| over bins, maximum = the largest |accuracy − confidence| (Naeini et al. 2015;
 * Guo et al. 2017); 15 bins of equal width unless given. `yTrue` is 0 or 1, `probabilities` that of 1: P(positive), or the
 * confidence in what was chosen and whether it was right, as `topConfidences` gives them. Throws as `calibrationCurve`.
 * @example calibrationError([1, 0], [0.9, 0.9]).expected // 0.4
 */
export function calibrationError(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { bins = 15, strategy }: BinOptions = {},
): CalibrationError {
  checkBinaryProbabilities('calibrationError', yTrue, probabilities);
  const { edges, binOf } = binsOf('calibrationError', probabilities, { bins, strategy });
  const all = sumsOf(yTrue, probabilities, { binOf, bins }).map(({ count, positives, probability }, i) => ({
    low: edges[i],
    high: edges[i + 1],
    count,
    confidence: probability / count,
    accuracy: positives / count,
  }));
  const gaps = all
    .filter(({ count }) => count > 0)
    .map((bin) => ({ ...bin, gap: Math.abs(bin.accuracy - bin.confidence) }));
  return {
    expected: gaps.reduce((sum, { gap, count }) => sum + (gap * count) / yTrue.length, 0),
    maximum: Math.max(...gaps.map(({ gap }) => gap)),
    bins: all,
  };
}

/**
 * The largest probability of each row, and 1 where its class is the true one, else 0: what the calibration of a classifier of
 * several classes is measured on.
 *
 * `yTrue` are class ids, the numbers of their columns; of tied classes the first is chosen. Throws RangeError for other ids,
 * uneven rows and numbers outside [0, 1].
 * @example
 * const { correct, confidences } = topConfidences([0, 1], [[0.7, 0.3], [0.6, 0.4]]); // [1, 0], [0.7, 0.6]
 * calibrationError(correct, confidences).expected; // 0.45
 */
export function topConfidences(
  yTrue: ArrayLike<number>,
  probabilities: Rows,
): { correct: number[]; confidences: number[] } {
  checkPaired('topConfidences', yTrue, probabilities);
  checkClassIds('topConfidences', yTrue, checkProbabilityRows('topConfidences', probabilities));
  const chosen = Array.from(probabilities, argMax);
  return {
    correct: chosen.map((id, i) => Number(id === yTrue[i])),
    confidences: chosen.map((id, i) => probabilities[i][id]),
  };
}
