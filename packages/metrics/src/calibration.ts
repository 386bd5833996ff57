// Differences between predicted probabilities and observed frequencies: the reliability diagram and calibration errors.
import { argMax, checkOptions, type TableOf } from '@attune/internal';
import { quantiles, type Rows } from './arrays';
import {
  checkBinary,
  checkClassIds,
  checkInteger,
  checkPaired,
  checkProbabilities,
  checkProbabilityRows,
  oneOfNamed,
} from './checks';

/** Options of binning [0, 1]. */
export interface BinOptions {
  /** Number of bins, at least 1; default 5 for a curve, 15 for an error. */
  readonly bins?: number;
  /**
   * Bins of equal width (default), or with equal numbers of examples, where ties stay together. scikit-learn's `uniform` and
   * `quantile`.
   */
  readonly strategy?: 'equal-width' | 'equal-count';
}

const binTable = {
  bins: 'number',
  strategy: /* @__PURE__ */ oneOfNamed(['equal-width', 'equal-count'], {
    uniform: 'equal-width',
    quantile: 'equal-count',
  }),
} satisfies TableOf<BinOptions>;

/** Points of the reliability diagram, without empty bins. The three arrays have the same length. */
export interface CalibrationCurve {
  /** Share of positives in each bin. */
  readonly probabilityTrue: number[];
  /** Mean predicted probability in each bin. */
  readonly probabilityPredicted: number[];
  /** Number of examples in each bin. */
  readonly counts: number[];
}

/**
 * Reliability diagram: observed frequency of the positive class against its predicted probability, per bin.
 *
 * `yTrue` is 0 or 1, `probabilities` P(1); default 5 bins of equal width. Equals scikit-learn's `calibration_curve`.
 * @throws RangeError for unequal lengths, no examples, truths other than 0 and 1, and probabilities outside [0, 1], AttuneError ARGUMENT_INVALID for an unknown option or strategy.
 * @example calibrationCurve([0, 1, 1], [0.1, 0.15, 0.9]).probabilityTrue // [0.5, 1]
 */
export function calibrationCurve(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: BinOptions = {},
): CalibrationCurve {
  checkOptions('calibrationCurve', options, binTable);
  const { bins = 5, strategy } = options;
  const all = binned('calibrationCurve', { yTrue, probabilities, bins, strategy }).filter(({ count }) => count > 0);
  return {
    probabilityTrue: all.map(({ accuracy }) => accuracy),
    probabilityPredicted: all.map(({ confidence }) => confidence),
    counts: all.map(({ count }) => count),
  };
}

/** One bin: probabilities in (low, high]; the first bin includes its lower edge. */
export interface CalibrationBin {
  /** Lower edge of the bin, a probability. */
  readonly low: number;
  /** Upper edge of the bin, a probability. */
  readonly high: number;
  /** Number of examples in the bin. */
  readonly count: number;
  /** Mean probability; NaN in an empty bin. */
  readonly confidence: number;
  /** Share of positives; NaN in an empty bin. */
  readonly accuracy: number;
}

/** Calibration error: differences between probabilities and observed frequencies. */
export interface CalibrationError {
  /** Expected calibration error (ECE), in [0, 1]. */
  readonly expected: number;
  /** Maximum calibration error (MCE): the largest gap of a bin, in [0, 1]. */
  readonly maximum: number;
  /** All bins in rising order, including empty ones. */
  readonly bins: CalibrationBin[];
}

/**
 * Expected and maximum calibration error.
 *
 * expected = Σ count/n · |accuracy − confidence| over bins; maximum is the largest |accuracy − confidence| (Naeini et al. 2015;
 * Guo et al. 2017); default 15 bins of equal width. `yTrue` is 0 or 1 and `probabilities` are those of 1: either P(positive), or, as
 * from `topConfidences`, whether the predicted class was correct and its probability.
 * @throws RangeError as `calibrationCurve`.
 * @example calibrationError([1, 0], [0.9, 0.9]).expected // 0.4
 */
export function calibrationError(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: BinOptions = {},
): CalibrationError {
  checkOptions('calibrationError', options, binTable);
  const { bins = 15, strategy } = options;
  const all = binned('calibrationError', { yTrue, probabilities, bins, strategy });
  const gaps = all
    .filter(({ count }) => count > 0)
    .map(({ count, accuracy, confidence }) => ({ count, gap: Math.abs(accuracy - confidence) }));
  return {
    expected: gaps.reduce((sum, { gap, count }) => sum + (gap * count) / yTrue.length, 0),
    maximum: Math.max(...gaps.map(({ gap }) => gap)),
    bins: all,
  };
}

/**
 * The largest probability of each row, and 1 if its class is the true one, otherwise 0: the input of `calibrationError` for a
 * classifier with several classes.
 *
 * `yTrue` holds class ids, `probabilities` is [examples, classes]. Among tied classes the first is chosen.
 * @throws RangeError for class ids out of range, uneven rows and probabilities outside [0, 1].
 * @example
 * const { correct, confidences } = topConfidences([0, 1], [[0.7, 0.3], [0.6, 0.4]]); // [1, 0], [0.7, 0.6]
 * calibrationError(correct, confidences).expected; // 0.45
 */
export function topConfidences(
  yTrue: ArrayLike<number>,
  probabilities: Rows,
): {
  /** Per example, 1 if the most probable class is the true one, otherwise 0. */
  correct: number[];
  /** The largest probability of each example. */
  confidences: number[];
} {
  checkPaired('topConfidences', yTrue, probabilities);
  checkClassIds('topConfidences', yTrue, checkProbabilityRows('topConfidences', probabilities));
  const chosen = Array.from(probabilities, argMax);
  return {
    correct: chosen.map((id, i) => Number(id === yTrue[i])),
    confidences: chosen.map((id, i) => probabilities[i][id]),
  };
}

interface Binned extends Required<Pick<BinOptions, 'bins'>> {
  readonly yTrue: ArrayLike<number>;
  readonly probabilities: ArrayLike<number>;
  readonly strategy: BinOptions['strategy'];
}

/** Checked examples in their bins, including empty bins. */
function binned(where: string, { yTrue, probabilities, bins, strategy }: Binned): CalibrationBin[] {
  checkPaired(where, yTrue, probabilities);
  checkBinary(where, 'yTrue', yTrue);
  checkProbabilities(where, 'probabilities', probabilities);
  checkInteger(where, 'bins', bins, 1);
  const edges = edgesOf(probabilities, bins, strategy);
  const inner = edges.slice(1, -1);
  const sums = Array.from({ length: bins }, () => ({ count: 0, positives: 0, probability: 0 }));
  for (let i = 0; i < probabilities.length; i++) {
    const bin = inner.findIndex((edge) => probabilities[i] <= edge);
    const sum = sums[bin === -1 ? bins - 1 : bin];
    sum.count++;
    sum.positives += yTrue[i];
    sum.probability += probabilities[i];
  }
  return sums.map(({ count, positives, probability }, i) => ({
    low: edges[i],
    high: edges[i + 1],
    count,
    confidence: probability / count,
    accuracy: positives / count,
  }));
}

/** The edges of the bins, one more than the number of bins, as in scikit-learn's `calibration_curve`. */
function edgesOf(
  probabilities: ArrayLike<number>,
  bins: number,
  strategy: BinOptions['strategy'] = 'equal-width',
): number[] {
  const shares = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? 1 : i * (1 / bins)));
  return strategy === 'equal-width' ? shares : quantiles(probabilities, shares);
}
