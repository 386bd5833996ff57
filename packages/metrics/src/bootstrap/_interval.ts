import { quantiles } from '../calibration/_bins';
import { normalCdf, normalQuantile } from './_normal';

export interface Interval {
  low: number;
  high: number;
}

/** The quantiles of resampled values that leave half of 1 − confidence on either side. */
export function percentileInterval(values: readonly number[], confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const [low, high] = quantiles(values, [tail, 1 - tail]);
  return { low, high };
}

/**
 * The bias-corrected and accelerated interval (Efron 1987; Efron and Tibshirani 1993, 14.3); undefined where every resampled value is
 * on one side of the estimate. `jackknife` are the values without one unit each. Equals SciPy's `bootstrap`.
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

/** The share of values below the estimate, equal ones counting half. */
function shareBelow(values: readonly number[], estimate: number): number {
  const below = values.filter((value) => value < estimate).length;
  return (below + values.filter((value) => value <= estimate).length) / (2 * values.length);
}

/** Σ dᵢ³ / 6 (Σ dᵢ²)^1.5 of the jackknife's differences from its mean; 0 where all are equal. */
function acceleration(jackknife: readonly number[]): number {
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  const cubes = jackknife.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  const squares = jackknife.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
