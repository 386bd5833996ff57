import type { Label } from '../labels';
import type { ZeroDivisionOptions } from '../scores';
import { type GroupRates, groupRates, type RatesByGroup } from './group-rates';

/** How far groups are apart. */
export interface Disparity {
  /** The largest minus the smallest rate; 0 is equal. */
  difference: number;
  /** The smallest divided by the largest rate; 1 is equal, NaN where the largest is 0. */
  ratio: number;
}

/** Rates by group and how far they are apart, under the names of the fairness literature. */
export interface GroupDisparities<L extends Label = Label> extends RatesByGroup<L> {
  /** Of selection rates. fairlearn's `demographic_parity_difference`, `demographic_parity_ratio`. */
  demographicParity: Disparity;
  /** Of true positive rates. fairlearn's `equal_opportunity_difference`, `equal_opportunity_ratio`. */
  equalOpportunity: Disparity;
  /** The worse of true and false positive rates. fairlearn's `equalized_odds_difference`, `equalized_odds_ratio`. */
  equalizedOdds: Disparity;
  /** Of precision, also called predictive parity. */
  predictiveParity: Disparity;
  accuracy: Disparity;
}

/**
 * Whether a classifier's decisions fall out alike in all groups.
 *
 * Input and errors as `groupRates`. With `zeroDivision: NaN` groups without, say, positives are left out of what positives decide;
 * small groups scatter by chance alone: see `bootstrapInterval`. Equals fairlearn's measures between groups.
 * @example groupDisparities([1, 0, 1, 0], [1, 1, 0, 0], ['a', 'a', 'b', 'b']).demographicParity // { difference: 1, ratio: 0 }
 */
export function groupDisparities<L extends Label>(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  groups: ArrayLike<L>,
  options: ZeroDivisionOptions = {},
): GroupDisparities<L> {
  const rates = groupRates(yTrue, yPred, groups, options);
  const of = (rate: keyof GroupRates) => disparityOf(Object.values(rates.perGroup).map((group) => group[rate]));
  return {
    ...rates,
    demographicParity: of('selectionRate'),
    equalOpportunity: of('truePositiveRate'),
    equalizedOdds: worseOf(of('truePositiveRate'), of('falsePositiveRate')),
    predictiveParity: of('precision'),
    accuracy: of('accuracy'),
  };
}

function disparityOf(rates: readonly number[]): Disparity {
  const defined = rates.filter((rate) => !Number.isNaN(rate));
  if (defined.length === 0) return { difference: Number.NaN, ratio: Number.NaN };
  const largest = Math.max(...defined);
  const smallest = Math.min(...defined);
  return { difference: largest - smallest, ratio: smallest / largest };
}

/** A measure without a value has no say. */
function worseOf(a: Disparity, b: Disparity): Disparity {
  const defined = (values: number[]) => values.filter((value) => !Number.isNaN(value));
  const differences = defined([a.difference, b.difference]);
  const ratios = defined([a.ratio, b.ratio]);
  return {
    difference: differences.length === 0 ? Number.NaN : Math.max(...differences),
    ratio: ratios.length === 0 ? Number.NaN : Math.min(...ratios),
  };
}
