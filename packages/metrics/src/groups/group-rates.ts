import { checkBinary, checkPaired } from '../_checks';
import { type Label, labelsOf } from '../labels';
import { checkZeroDivision, ratio, type ZeroDivisionOptions } from '../scores';

/** How decisions fall out in one group; each rate in [0, 1]. */
export interface GroupRates {
  /** The number of examples. */
  count: number;
  /** The share that is predicted positive. */
  selectionRate: number;
  /** Of the truly positive, the share predicted positive. */
  truePositiveRate: number;
  /** Of the truly negative, the share predicted positive. */
  falsePositiveRate: number;
  /** Of those predicted positive, the share that truly is. */
  precision: number;
  accuracy: number;
}

/** Rates of all examples and of each group. */
export interface RatesByGroup<L extends Label = Label> {
  /** The groups, sorted. */
  groups: L[];
  /** Keyed by the group (a number by its decimal form). */
  perGroup: Record<string, GroupRates>;
  overall: GroupRates;
}

/**
 * Selection rate, true and false positive rate, precision and accuracy in each group and overall.
 *
 * `yTrue` and `yPred` are 0 or 1, 1 being the favourable decision; `groups` names each example's group. A rate of no
 * examples is `zeroDivision`: 0 unless given, as in fairlearn; NaN says honestly that there is none. Throws RangeError for unequal
 * lengths, no examples and other values. Equals fairlearn's `MetricFrame.by_group` of `selection_rate`, `true_positive_rate`,
 * `false_positive_rate`, and scikit-learn's precision and accuracy.
 * @example groupRates([1, 0, 1, 0], [1, 1, 0, 0], ['a', 'a', 'b', 'b']).perGroup.a.selectionRate // 1
 */
export function groupRates<L extends Label>(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  groups: ArrayLike<L>,
  options: ZeroDivisionOptions = {},
): RatesByGroup<L> {
  checkPaired('groupRates', yTrue, yPred);
  checkBinary('groupRates', 'yTrue', yTrue);
  checkBinary('groupRates', 'yPred', yPred);
  if (groups.length !== yTrue.length)
    throw new RangeError(
      `groupRates: expected ${yTrue.length} groups, one an example, got ${groups.length}; name each example's group`,
    );
  const zeroDivision = checkZeroDivision('groupRates', options);
  const names = labelsOf(groups, []);
  const ratesOf = (isCounted: (i: number) => boolean) => rates(yTrue, yPred, { isCounted, zeroDivision });
  return {
    groups: names,
    perGroup: Object.fromEntries(names.map((name) => [String(name), ratesOf((i) => groups[i] === name)])),
    overall: ratesOf(() => true),
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
