import { bcaInterval, type Interval, percentileInterval } from './_interval';
import {
  type BootstrapOptions,
  checkOptions,
  everyIndex,
  leavingOneOut,
  resamples,
  type Statistic,
  unitsOf,
} from './_resample';

/** A statistic with its uncertainty. */
export interface BootstrapInterval extends Interval {
  /** The statistic of all examples. */
  estimate: number;
  /** The standard deviation of the resampled values. */
  standardError: number;
  /** What the interval is: `percentile` also where `bca` is not defined. */
  method: 'bca' | 'percentile';
  /** How many resamples gave a number; those that gave NaN, such as an area under the curve of one class, are left out. */
  samples: number;
}

/**
 * A confidence interval of any statistic of n examples, by drawing n of them again and again.
 *
 * `statistic` gets the places of the examples drawn. Falls back to the percentile interval where all resampled values lie on one
 * side of the estimate or a value without one example is NaN. Throws RangeError when the statistic of all examples, or of more
 * than half of the resamples, is not finite, and for options out of range. Equals SciPy's `bootstrap` of the same resamples.
 * @example
 * const right = [1, 1, 0, 1];
 * bootstrapInterval(4, (indices) => indices.reduce((sum, i) => sum + right[i], 0) / indices.length, { seed: 1 });
 */
export function bootstrapInterval(n: number, statistic: Statistic, options: BootstrapOptions = {}): BootstrapInterval {
  const checked = checkOptions('bootstrapInterval', options);
  const units = unitsOf('bootstrapInterval', n, options.groups);
  const estimate = statistic(everyIndex(n));
  const values = Array.from(resamples(units, checked), statistic).filter(Number.isFinite);
  checkDefined('bootstrapInterval', estimate, values.length / checked.samples);
  const leaveOneOut = () => Array.from(leavingOneOut(units), statistic);
  return {
    estimate,
    standardError: deviation(values),
    samples: values.length,
    ...intervalOf(values, leaveOneOut, { ...checked, estimate }),
  };
}

/** Throws RangeError unless the statistic means something for these examples. */
export function checkDefined(where: string, estimate: number, share: number): void {
  if (!Number.isFinite(estimate))
    throw new RangeError(`${where}: expected a finite statistic of all examples, got ${estimate}`);
  if (share < 0.5)
    throw new RangeError(
      `${where}: expected a finite statistic of at least half of the resamples, got ${Math.round(share * 100)} %; there are too few examples for it`,
    );
}

/** The interval asked for, or the percentile interval where that has no value. */
export function intervalOf(
  values: readonly number[],
  leaveOneOut: () => number[],
  { method, estimate, confidence }: { method: 'bca' | 'percentile'; estimate: number; confidence: number },
): Interval & { method: 'bca' | 'percentile' } {
  const jackknife = method === 'bca' ? leaveOneOut() : [];
  const isDefined = method === 'bca' && jackknife.length > 1 && jackknife.every(Number.isFinite);
  const bca = isDefined ? bcaInterval(values, { estimate, jackknife, confidence }) : undefined;
  return bca === undefined
    ? { ...percentileInterval(values, confidence), method: 'percentile' }
    : { ...bca, method: 'bca' };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
}
