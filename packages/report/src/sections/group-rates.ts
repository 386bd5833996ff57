import { type Disparity, type GroupDisparities, type GroupRates, groupDisparities } from '@attune/metrics';
import { count, score } from '../page/format';
import { type Html, html } from '../page/html';
import { scoreTable } from './score-table';

/** Decisions and groups that `groupRatesSection` compares. */
export interface GroupRatesOptions {
  /** True labels, 0 or 1; 1 is the favorable decision. */
  readonly yTrue: ArrayLike<number>;
  /** Predicted labels, 0 or 1. */
  readonly yPred: ArrayLike<number>;
  /** The group of each example. */
  readonly groups: ArrayLike<string>;
  /** Name of the grouping, such as `region`. */
  readonly by: string;
}

const rates = [
  { head: 'Selected', rate: 'selectionRate', disparity: 'demographicParity' },
  { head: 'True positive rate', rate: 'truePositiveRate', disparity: 'equalOpportunity' },
  { head: 'False positive rate', rate: 'falsePositiveRate' },
  { head: 'Precision', rate: 'precision', disparity: 'predictiveParity' },
  { head: 'Accuracy', rate: 'accuracy', disparity: 'accuracy' },
] as const;

/**
 * A section with the rates of each group and their differences: `groupDisparities` of `@attune/metrics` as a table.
 *
 * A rate of no examples is a dash and does not count in the differences.
 * @throws RangeError as `groupDisparities`.
 * @example groupRatesSection({ yTrue: [1, 0, 1, 0], yPred: [1, 1, 0, 0], groups: ['a', 'a', 'b', 'b'], by: 'region' })
 */
export function groupRatesSection({ yTrue, yPred, groups, by }: GroupRatesOptions): Html {
  const found = groupDisparities(yTrue, yPred, groups, { zeroDivision: Number.NaN });
  return scoreTable({
    ...{ id: 'groups', heading: `By ${by}`, caption: `Rates by ${by}` },
    note: html`<p class="note">Selected is the share predicted as positive; the true positive rate is that share among actual positives. The difference is the largest minus the smallest rate, the ratio the smallest divided by the largest. Rates of small groups vary by chance.</p>`,
    heads: [by, ...rates.map(({ head }) => head), 'Examples'],
    rows: found.groups.map((name) => ratesRow(name, found.perGroup[name])),
    foot: html`${ratesRow('All', found.overall)}${disparityRow('Difference', found, ({ difference }) => difference)}${disparityRow('Ratio', found, ({ ratio }) => ratio)}`,
  });
}

function ratesRow(name: string, own: GroupRates): Html {
  return html`<tr><th scope="row"><bdi>${name}</bdi></th>${rates.map(({ rate }) => cell(own[rate], score))}${cell(own.count, count)}</tr>
`;
}

function cell(value: number, shown: (value: number) => string): Html {
  return html`<td class="number" data-value="${Number.isNaN(value) ? -1 : value}">${shown(value)}</td>`;
}

function disparityRow(name: string, found: GroupDisparities<string>, of: (disparity: Disparity) => number): Html {
  const cells = rates.map((column) =>
    'disparity' in column ? html`<td class="number">${score(of(found[column.disparity]))}</td>` : html`<td></td>`,
  );
  return html`<tr><th scope="row">${name}</th>${cells}<td></td></tr>
`;
}
