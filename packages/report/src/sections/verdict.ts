// What the intervals let a page say of model and baseline.
import { joined } from '@attune/internal';
import { type Estimate, shownBy } from '../intervals';
import { points } from '../page/format';

/** A metric's name in a sentence, and how far the model is ahead in it. */
export type Compared = readonly [name: string, difference: Estimate];

/**
 * Model and baseline in a sentence or two: ahead is who is ahead with 95 % confidence, and nobody where 0 lies within the interval.
 *
 * @example verdictOf([['accuracy', { estimate: 0.01, low: -0.02, high: 0.04 }]]) // 'No difference to the baseline is shown: …'
 */
export function verdictOf(compared: readonly Compared[]): string {
  const ahead = compared.filter(([, difference]) => shownBy(difference) === 'ahead');
  const behind = compared.filter(([, difference]) => shownBy(difference) === 'behind');
  const open = compared.filter(([, difference]) => shownBy(difference) === 'nothing');
  if (open.length === compared.length)
    return `No difference to the baseline is shown: ${gains(open)} for the model, and 0 lies within ${open.length > 1 ? 'every interval' : 'the interval'}.`;
  const claims = [
    ...(ahead.length > 0 ? [`The model is ahead of the baseline: ${gains(ahead)}.`] : []),
    ...(behind.length > 0 ? [`The baseline is ahead of the model: ${gains(behind)}.`] : []),
  ];
  const rest = open.length > 0 ? ` No difference is shown in the rest: ${gains(open)}.` : '';
  return `${claims.join(' ')}${rest}`;
}

/** The intervals of the differences, in a sentence that is true whoever leads. */
export const differencesText = (compared: readonly Compared[]): string =>
  `With 95% confidence the difference, model minus baseline, is ${rangesOf(compared)} (paired bootstrap over the texts). A range with zero in it decides nothing.`;

/** `−2.0 to +30.0 points of accuracy and +5.0 to +25.0 of macro-F1`. */
export function rangesOf(compared: readonly Compared[]): string {
  const ranges = compared.map(
    ([name, { low, high }], i) => `${points(low)} to ${points(high)}${i === 0 ? ' points' : ''} of ${name}`,
  );
  return joined(ranges, 'and');
}

/** `+1.2 points of accuracy, +0.4 of macro-F1`. */
const gains = (compared: readonly Compared[]) =>
  compared.map(([name, { estimate }], i) => `${points(estimate)}${i === 0 ? ' points' : ''} of ${name}`).join(', ');
