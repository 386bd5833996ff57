import {
  type BootstrapOptions,
  checkOptions,
  everyIndex,
  leavingOneOut,
  resamples,
  type Statistic,
  unitsOf,
} from './_resample';
import { type BootstrapInterval, checkDefined, intervalOf } from './bootstrap-interval';

/** The difference of two statistics of the same examples. */
export interface PairedBootstrap extends Omit<BootstrapInterval, 'estimate' | 'standardError'> {
  /** a − b of all examples. */
  difference: number;
  /** How likely a difference at least this large, either way, is by chance if there is none; in (0, 1]. */
  pValue: number;
}

/**
 * Whether one model is better than another on the same n examples: the difference of their statistics, its confidence interval
 * and a p-value.
 *
 * Both statistics get the same examples each time, so what is hard for both cancels out. p = (1 + number of resamples
 * with |differenceᵢ − difference| ≥ |difference|) / (1 + resamples), two-sided (Efron and Tibshirani 1993, 16.4, with the
 * differences shifted to have no effect). Options and errors as `bootstrapInterval`.
 * @example
 * const score = (rightOf: number[]) => (indices: Uint32Array) => indices.reduce((sum, i) => sum + rightOf[i], 0) / indices.length;
 * pairedBootstrap(4, score([1, 1, 0, 1]), score([1, 0, 0, 1])).difference; // 0.25
 */
export function pairedBootstrap(
  n: number,
  a: Statistic,
  b: Statistic,
  options: BootstrapOptions = {},
): PairedBootstrap {
  const checked = checkOptions('pairedBootstrap', options);
  const units = unitsOf('pairedBootstrap', n, options.groups);
  const statistic = (indices: Uint32Array) => a(indices) - b(indices);
  const difference = statistic(everyIndex(n));
  const values = Array.from(resamples(units, checked), statistic).filter(Number.isFinite);
  checkDefined('pairedBootstrap', difference, values.length / checked.samples);
  const leaveOneOut = () => Array.from(leavingOneOut(units), statistic);
  const asExtreme = values.filter((value) => Math.abs(value - difference) >= Math.abs(difference)).length;
  return {
    difference,
    pValue: (1 + asExtreme) / (1 + values.length),
    samples: values.length,
    ...intervalOf(values, leaveOneOut, { ...checked, estimate: difference }),
  };
}
