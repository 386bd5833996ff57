// Intervals of resampled values, and the normal distribution that BCa needs.
import { areEqual, quantiles } from '../arrays';

export interface Interval {
  /** Lower bound, in the unit of the statistic. */
  readonly low: number;
  /** Upper bound, in the unit of the statistic. */
  readonly high: number;
}

/** Percentile interval: the quantiles of resampled values that leave half of 1 − confidence on either side. */
export function percentileInterval(values: readonly number[], confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const [low, high] = quantiles(values, [tail, 1 - tail]);
  return { low, high };
}

/** Tolerance for rounding: the statistic of the same examples in another order. */
const rounding = 1e-12;

/** The interval if it contains the estimate, up to rounding; otherwise undefined. */
export function holding({ low, high }: Interval, estimate: number): Interval | undefined {
  const most = rounding * Math.max(Math.abs(low), Math.abs(high), Math.abs(estimate));
  if (!(low - estimate <= most && estimate - high <= most)) return undefined; // a NaN bound contains nothing
  return { low: Math.min(low, estimate), high: Math.max(high, estimate) };
}

/**
 * Percentile interval of the resampled values, shifted so that their mean is the estimate; extended to the estimate if a few outliers
 * have moved the mean beyond the quantiles.
 *
 * Resamples repeat some examples and miss others, so a statistic over classes is biased in every resample: the spread of
 * the values is informative, their location is not.
 */
export function shiftedInterval(
  values: readonly number[],
  { estimate, confidence }: { estimate: number; confidence: number },
): Interval {
  const { low, high } = percentileInterval(values, confidence);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return { low: Math.min(estimate, low - mean + estimate), high: Math.max(estimate, high - mean + estimate) };
}

/**
 * Bias-corrected and accelerated interval (Efron 1987; Efron and Tibshirani 1993, 14.3); undefined if all resampled values lie
 * on one side of the estimate. `jackknife` has the statistic without each unit in turn. Equals SciPy's `bootstrap`.
 */
export function bcaInterval(
  values: readonly number[],
  { estimate, jackknife, confidence }: { estimate: number; jackknife: readonly number[]; confidence: number },
): Interval | undefined {
  const bias = normalQuantile(shareBelow(values, estimate));
  if (!Number.isFinite(bias)) return undefined;
  const a = acceleration(jackknife);
  const adjusted = (share: number) => {
    const z = bias + normalQuantile(share);
    return normalCdf(bias + z / (1 - a * z));
  };
  const tail = (1 - confidence) / 2;
  const [low, high] = quantiles(values, [adjusted(tail), adjusted(1 - tail)]);
  return { low, high };
}

/** Share of values below the estimate; equal values count as half. */
function shareBelow(values: readonly number[], estimate: number): number {
  const below = values.filter((value) => value < estimate).length;
  return (below + values.filter((value) => value <= estimate).length) / (2 * values.length);
}

/** Acceleration Σ dᵢ³ / 6 (Σ dᵢ²)^1.5, where d are the jackknife's differences from its mean; 0 if all are equal. */
function acceleration(jackknife: readonly number[]): number {
  if (areEqual(jackknife)) return 0;
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  const cubes = jackknife.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  const squares = jackknife.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Φ(x), the standard normal distribution function; relative error 1e-15 below 0, absolute error 1e-15 above. */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  return x < -3 ? density(x) / millsFraction(-x) : 0.5 + x * density(x) * series(x);
}

/** 1 + x²/3 + x⁴/(3·5) + … (Marsaglia 2004). */
function series(x: number): number {
  let sum = 1;
  let term = 1;
  for (let i = 3; term > 1e-18; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return sum;
}

/** x + 1/(x + 2/(x + 3/(…))), which converges fast for large x, where the series cancels. */
function millsFraction(x: number): number {
  let fraction = x;
  for (let i = 100; i >= 1; i--) fraction = x + i / fraction;
  return fraction;
}

/** Φ⁻¹(p), the standard normal quantile; ±Infinity at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz and Stegun 26.2.23 is good to 4.5e-4; Newton's steps, held below 0, do the rest.
  const t = Math.sqrt(-2 * Math.log(p));
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 6; step++) x -= (normalCdf(x) - p) / density(x);
  return x;
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
