// Fairness between groups: the rates of each group, and their differences.
import { checkOptions, type TableOf } from '@attune/internal';
import { checkBinary, checkPaired } from './checks';
import { type Label, labelsOf } from './labels';
import { checkZeroDivision, ratio, type ZeroDivisionOptions, zeroDivisionKind } from './precision-recall-f1';

const groupsTable = { zeroDivision: zeroDivisionKind } satisfies TableOf<ZeroDivisionOptions>;

/** Rates of decisions in one group, each in [0, 1]. */
export interface GroupRates {
  /** Number of examples. */
  readonly count: number;
  /** Share of examples that are predicted positive. */
  readonly selectionRate: number;
  /** Share of true positives among positive examples. */
  readonly truePositiveRate: number;
  /** Share of false positives among negative examples. */
  readonly falsePositiveRate: number;
  /** Share of positive examples among those predicted positive. */
  readonly precision: number;
  /** Share of examples that are predicted correctly. */
  readonly accuracy: number;
}

/** Rates of all examples and of each group. */
export interface RatesByGroup<L extends Label = Label> {
  /** The groups, sorted. */
  readonly groups: L[];
  /** Rates by group (a number as its decimal form). */
  readonly perGroup: Record<string, GroupRates>;
  /** Rates of all examples together. */
  readonly overall: GroupRates;
}

/**
 * Selection rate, true and false positive rate, precision and accuracy in each group and overall.
 *
 * `yTrue` and `yPred` are 0 or 1, where 1 is the favorable decision; `groups` has the group of each example. A rate without
 * examples is `zeroDivision`: default 0, as in fairlearn; NaN leaves it undefined. Equals fairlearn's
 * `MetricFrame.by_group` of `selection_rate`, `true_positive_rate`, `false_positive_rate`, and scikit-learn's precision
 * and accuracy.
 * @throws RangeError for unequal lengths, no examples and values other than 0 and 1, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example groupRates([1, 0, 1, 0], [1, 1, 0, 0], ['a', 'a', 'b', 'b']).perGroup.a.selectionRate // 1
 */
export function groupRates<L extends Label>(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  groups: ArrayLike<L>,
  options: ZeroDivisionOptions = {},
): RatesByGroup<L> {
  return ratesOf('groupRates', { yTrue, yPred, groups }, options);
}

function ratesOf<L extends Label>(
  where: string,
  { yTrue, yPred, groups }: { yTrue: ArrayLike<number>; yPred: ArrayLike<number>; groups: ArrayLike<L> },
  options: ZeroDivisionOptions,
): RatesByGroup<L> {
  checkOptions(where, options, groupsTable);
  checkPaired(where, yTrue, yPred);
  checkBinary(where, 'yTrue', yTrue);
  checkBinary(where, 'yPred', yPred);
  if (groups.length !== yTrue.length)
    throw new RangeError(
      `${where}: expected ${yTrue.length} groups, one per example, got ${groups.length}; pass the group of each example`,
    );
  const zeroDivision = checkZeroDivision(where, options);
  const names = labelsOf(groups, []);
  const counted = (isCounted: (i: number) => boolean) => rates(yTrue, yPred, { isCounted, zeroDivision });
  return {
    groups: names,
    perGroup: Object.fromEntries(names.map((name) => [String(name), counted((i) => groups[i] === name)])),
    overall: counted(() => true),
  };
}

function rates(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  { isCounted, zeroDivision }: { isCounted: (i: number) => boolean; zeroDivision: number },
): GroupRates {
  const counts = { all: 0, positives: 0, selected: 0, hits: 0 };
  for (let i = 0; i < yTrue.length; i++) {
    if (!isCounted(i)) continue;
    counts.all++;
    counts.positives += yTrue[i];
    counts.selected += yPred[i];
    counts.hits += yTrue[i] * yPred[i];
  }
  const { all, positives, selected, hits } = counts;
  return {
    count: all,
    selectionRate: selected / all,
    truePositiveRate: ratio(hits, positives, zeroDivision),
    falsePositiveRate: ratio(selected - hits, all - positives, zeroDivision),
    precision: ratio(hits, selected, zeroDivision),
    accuracy: (all - positives - selected + 2 * hits) / all,
  };
}

/** Difference of a rate between groups. */
export interface Disparity {
  /** The largest minus the smallest rate; 0 is equal. */
  readonly difference: number;
  /** The smallest divided by the largest rate; 1 is equal, NaN if the largest is 0. */
  readonly ratio: number;
}

/** Rates by group and their disparities, under the names of the fairness literature. */
export interface GroupDisparities<L extends Label = Label> extends RatesByGroup<L> {
  /** Disparity of selection rates. fairlearn's `demographic_parity_difference`, `demographic_parity_ratio`. */
  readonly demographicParity: Disparity;
  /** Disparity of true positive rates. fairlearn's `equal_opportunity_difference`, `equal_opportunity_ratio`. */
  readonly equalOpportunity: Disparity;
  /** The worse of true and false positive rates. fairlearn's `equalized_odds_difference`, `equalized_odds_ratio`. */
  readonly equalizedOdds: Disparity;
  /** Disparity of precision, also called predictive parity. */
  readonly predictiveParity: Disparity;
  /** Disparity of accuracy. */
  readonly accuracy: Disparity;
}

/**
 * Disparities between groups in a classifier's decisions: demographic parity, equal opportunity, equalized odds.
 *
 * Input as in `groupRates`. With `zeroDivision: NaN`, groups without positives, for example, are ignored in rates of positives.
 * Small groups may differ by chance: see `bootstrapInterval`. Equals fairlearn's metrics between groups.
 * @throws RangeError as `groupRates`.
 * @example groupDisparities([1, 0, 1, 0], [1, 1, 0, 0], ['a', 'a', 'b', 'b']).demographicParity // { difference: 1, ratio: 0 }
 */
export function groupDisparities<L extends Label>(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  groups: ArrayLike<L>,
  options: ZeroDivisionOptions = {},
): GroupDisparities<L> {
  const rates = ratesOf('groupDisparities', { yTrue, yPred, groups }, options);
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

/** The larger difference and the smaller ratio; NaN is ignored. */
function worseOf(a: Disparity, b: Disparity): Disparity {
  const defined = (values: number[]) => values.filter((value) => !Number.isNaN(value));
  const differences = defined([a.difference, b.difference]);
  const ratios = defined([a.ratio, b.ratio]);
  return {
    difference: differences.length === 0 ? Number.NaN : Math.max(...differences),
    ratio: ratios.length === 0 ? Number.NaN : Math.min(...ratios),
  };
}
