// Bootstrap: confidence intervals of a metric, and the comparison of two models on the same examples.
import { checkOptions, oneOf, type TableOf } from '@attune/internal';
import { areEqual } from '../arrays';
import { checkInteger, checkPaired } from '../checks';
import { classificationReport } from '../classification-report';
import type { Label } from '../labels';
import { bcaInterval, holding, type Interval, percentileInterval, shiftedInterval } from './intervals';
import { everyIndex, leavingOneOut, resamples, unitsOf } from './resamples';

/** A number computed from examples, given by their indices 0 … n − 1, which may repeat. */
export type Statistic = (indices: Uint32Array) => number;

/** The kinds of interval. */
export type IntervalMethod = 'bca' | 'percentile' | 'shifted';

/** Options of `bootstrapInterval` and `pairedBootstrap`. */
export interface BootstrapOptions {
  /** Number of resamples; default 2000. */
  readonly samples?: number;
  /** Confidence level, the share of intervals that contain the true value, in (0, 1); default 0.95. */
  readonly confidence?: number;
  /** An integer from 0 to 2⁵³ − 1; default 0. The same seed gives the same interval. */
  readonly seed?: number;
  /**
   * `bca` (default): bias-corrected and accelerated (Efron 1987), for which the statistic is also computed once without each
   * example or group, n more times. `percentile`: the quantiles of the resampled values. `shifted`: those quantiles, moved so
   * that the resamples' mean is the estimate; for a statistic that is biased in resamples, such as macro-F1 over many classes.
   */
  readonly method?: IntervalMethod;
  /**
   * Group of each example, such as its author or document; default a separate group per example. Whole groups are drawn, because examples of
   * one group are similar and carry less information than the same number from different groups.
   */
  readonly groups?: ArrayLike<Label>;
}

const bootstrapTable = {
  samples: 'number',
  confidence: 'number',
  seed: 'number',
  method: /* @__PURE__ */ oneOf(['bca', 'percentile', 'shifted']),
  groups: 'list',
} satisfies TableOf<BootstrapOptions>;

/** A statistic with its uncertainty. */
export interface BootstrapInterval extends Interval {
  /** The statistic on all examples. */
  readonly estimate: number;
  /** Standard deviation of the resampled values. */
  readonly standardError: number;
  /** Method of the interval: `percentile` if `bca` is not defined, `shifted` if neither contains the estimate. */
  readonly method: IntervalMethod;
  /** Number of resamples with a finite value; others are ignored, such as an area under the curve with one class. */
  readonly samples: number;
}

/**
 * Bootstrap confidence interval of a statistic of n examples, from resamples of n examples drawn with replacement.
 *
 * `statistic` receives the indices of the drawn examples. The interval is the percentile interval if all resampled values
 * lie on one side of the estimate, or if the value without some example is NaN. It always contains the estimate: the shifted interval replaces
 * one that does not, and a percentile interval whose resamples are biased by more than half a standard error. Otherwise equals SciPy's `bootstrap` on the same resamples.
 * @throws RangeError if the statistic of all examples, or of more than half of the resamples, is not finite, and for options out
 * of range, AttuneError ARGUMENT_INVALID for an unknown option or method.
 * @example
 * const right = [1, 1, 0, 1];
 * bootstrapInterval(4, (indices) => indices.reduce((sum, i) => sum + right[i], 0) / indices.length, { seed: 1 });
 */
export function bootstrapInterval(n: number, statistic: Statistic, options: BootstrapOptions = {}): BootstrapInterval {
  const { values, estimate, interval } = resampled('bootstrapInterval', { n, statistic, options });
  return { estimate, standardError: deviation(values), samples: values.length, ...interval };
}

/** Difference between two statistics of the same examples. */
export interface PairedBootstrap extends Omit<BootstrapInterval, 'estimate' | 'standardError'> {
  /** a − b on all examples. */
  readonly difference: number;
  /** Probability of a difference at least this large, in either direction, if there is no true difference; in (0, 1]. */
  readonly pValue: number;
}

/**
 * Difference between two statistics of the same n examples, with its confidence interval and a two-sided p-value.
 *
 * Both statistics receive the same resamples, so examples that are hard for both models cancel out. p = (1 + number of resamples
 * with |differenceᵢ − difference| ≥ |difference|) / (1 + resamples) (Efron and Tibshirani 1993, 16.4, with the differences
 * shifted to no effect). Options as in `bootstrapInterval`.
 * @throws RangeError as `bootstrapInterval`.
 * @example
 * const score = (right: number[]) => (indices: Uint32Array) => indices.reduce((sum, i) => sum + right[i], 0) / indices.length;
 * pairedBootstrap(4, score([1, 1, 0, 1]), score([1, 0, 0, 1])).difference; // 0.25
 */
export function pairedBootstrap(
  n: number,
  a: Statistic,
  b: Statistic,
  options: BootstrapOptions = {},
): PairedBootstrap {
  return compared('pairedBootstrap', { n, a, b }, options);
}

function compared(
  where: string,
  { n, a, b }: { n: number; a: Statistic; b: Statistic },
  options: BootstrapOptions,
): PairedBootstrap {
  const statistic = (indices: Uint32Array) => a(indices) - b(indices);
  const { values, estimate, interval } = resampled(where, { n, statistic, options });
  const asExtreme = values.filter((value) => Math.abs(value - estimate) >= Math.abs(estimate)).length;
  return {
    difference: estimate,
    pValue: (1 + asExtreme) / (1 + values.length),
    samples: values.length,
    ...interval,
  };
}

const pairTable = { a: 'list!', b: 'list!' } as const;

/**
 * Difference between the macro-F1 of two classifiers on the same examples, with its interval and p-value, from `pairedBootstrap`.
 *
 * The macro-F1 of a resample covers the classes that occur in it. Options as in `bootstrapInterval`.
 * @throws RangeError as `bootstrapInterval`, and if truth and predictions differ in length or are empty; AttuneError ARGUMENT_INVALID for
 * predictions that are not arrays.
 * @example macroF1Difference(yTrue, { a: modelLabels, b: baselineLabels }, { groups }).difference
 */
export function macroF1Difference<Class extends Label>(
  yTrue: ArrayLike<Class>,
  predictions: {
    /** Predictions of the first classifier, one per example. */
    readonly a: ArrayLike<Class>;
    /** Predictions of the second classifier, whose macro-F1 is subtracted. */
    readonly b: ArrayLike<Class>;
  },
  options: BootstrapOptions = {},
): PairedBootstrap {
  checkOptions('macroF1Difference', predictions, pairTable, 'predictions.', { what: 'predictions' });
  const { a, b } = predictions;
  checkPaired('macroF1Difference', yTrue, a, 'a');
  checkPaired('macroF1Difference', yTrue, b, 'b');
  const macroF1 = (yPred: ArrayLike<Class>) => (drawn: Uint32Array) =>
    classificationReport(
      Array.from(drawn, (i) => yTrue[i]),
      Array.from(drawn, (i) => yPred[i]),
    ).macro.f1;
  return compared('macroF1Difference', { n: yTrue.length, a: macroF1(a), b: macroF1(b) }, options);
}

/** The statistic on all examples, its finite values on resamples, and the interval. */
function resampled(
  where: string,
  { n, statistic, options }: { n: number; statistic: Statistic; options: BootstrapOptions },
) {
  const { samples, confidence, seed, method } = settingsOf(where, options);
  const units = unitsOf(where, n, options.groups);
  const estimate = statistic(everyIndex(n));
  const values = Array.from(resamples(units, { samples, seed }), statistic).filter(Number.isFinite);
  checkDefined(where, estimate, values.length / samples);
  const jackknife = method === 'bca' && units.count > 1 ? Array.from(leavingOneOut(units), statistic) : [];
  return { estimate, values, interval: intervalOf(values, { estimate, jackknife, confidence, method }) };
}

/** The options with their defaults; throws RangeError for values out of range, and AttuneError for unknown ones. */
function settingsOf(where: string, options: BootstrapOptions) {
  checkOptions(where, options, bootstrapTable);
  const { samples = 2000, confidence = 0.95, seed = 0, method = 'bca' } = options;
  checkInteger(where, 'samples', samples, 1);
  checkInteger(where, 'seed', seed, 0);
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`${where}: confidence expected a number between 0 and 1, got ${confidence}`);
  return { samples, confidence, seed, method };
}

function checkDefined(where: string, estimate: number, share: number): void {
  if (!Number.isFinite(estimate))
    throw new RangeError(`${where}: expected a finite statistic of all examples, got ${estimate}`);
  if (share < 0.5)
    throw new RangeError(
      `${where}: expected a finite statistic of at least half of the resamples, got ${Math.round(share * 100)} %; use more examples`,
    );
}

interface IntervalSettings {
  readonly estimate: number;
  readonly jackknife: readonly number[];
  readonly confidence: number;
  readonly method: IntervalMethod;
}

/** The BCa interval if there are jackknife values and it is defined, otherwise the percentile interval; the shifted one if these do not contain the estimate. */
function intervalOf(
  values: readonly number[],
  { estimate, jackknife, confidence, method }: IntervalSettings,
): Interval & { method: IntervalMethod } {
  const isDefined = jackknife.length > 1 && jackknife.every(Number.isFinite);
  const bca = isDefined ? bcaInterval(values, { estimate, jackknife, confidence }) : undefined;
  const isMoved = method === 'shifted' || (bca === undefined && biasOf(values, estimate) > mostBias);
  const held = isMoved ? undefined : holding(bca ?? percentileInterval(values, confidence), estimate);
  if (held === undefined) return { ...shiftedInterval(values, { estimate, confidence }), method: 'shifted' };
  return { ...held, method: bca === undefined ? 'percentile' : 'bca' };
}

/**
 * Largest bias of the resamples, in standard errors, before quantiles are shifted: an interval at
 * 95 % that is off by half a standard error contains the true value 92 times in 100; by a whole one, 83 times.
 */
const mostBias = 0.5;

function biasOf(values: readonly number[], estimate: number): number {
  const spread = deviation(values);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return spread === 0 ? 0 : Math.abs(mean - estimate) / spread;
}

/** Exactly 0 for equal values, whose mean may differ from them by rounding. */
function deviation(values: readonly number[]): number {
  if (areEqual(values)) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
