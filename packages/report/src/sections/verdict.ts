// The verdict on model and baseline, from the intervals of their differences.
import { joined } from '@attune/internal';
import { type Estimate, shownBy } from '../intervals';
import { points } from '../page/format';

/** A metric's name in a sentence, and the difference between model and baseline. */
export type Compared = readonly [name: string, difference: Estimate];

/**
 * Compares model and baseline in one or two sentences. One is ahead with 95 % confidence; neither is where 0 lies within the interval.
 *
 * @example verdictOf([['accuracy', { estimate: 0.01, low: -0.02, high: 0.04 }]]) // 'No difference from the baseline is shown: …'
 */
export function verdictOf(compared: readonly Compared[]): string {
  const ahead = compared.filter(([, difference]) => shownBy(difference) === 'ahead');
  const behind = compared.filter(([, difference]) => shownBy(difference) === 'behind');
  const open = compared.filter(([, difference]) => shownBy(difference) === 'nothing');
  if (open.length === compared.length)
    return `No difference from the baseline is shown: ${gains(open)} for the model, and 0 lies within ${open.length > 1 ? 'every interval' : 'the interval'}.`;
  const claims = [
    ...(ahead.length > 0 ? [`The model is ahead of the baseline: ${gains(ahead)}.`] : []),
    ...(behind.length > 0 ? [`The baseline is ahead of the model: ${gains(behind)}.`] : []),
  ];
  const rest = open.length > 0 ? ` No difference is shown in the other metrics: ${gains(open)}.` : '';
  return `${claims.join(' ')}${rest}`;
}

/** The intervals of the differences as a sentence. */
export const differencesText = (compared: readonly Compared[]): string =>
  `With 95% confidence the difference, model minus baseline, is ${rangesOf(compared)} (paired bootstrap over the texts). A range that contains zero shows no difference.`;

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
