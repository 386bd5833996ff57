import { AttuneError } from '../attune-error';

/**
 * The fractions of a written split: two parts (training/test) or three (training/validation/test), in percent.
 *
 * Throws RangeError unless there are two or three positive numbers that sum to 100.
 * @example parseFractions('80/10/10') // [0.8, 0.1, 0.1]
 */
export function parseFractions(text: string): number[] {
  const percents = text.split('/').map((part) => (/^\s*\d+(\.\d+)?\s*$/.test(part) ? Number(part) : Number.NaN));
  const sum = percents.reduce((total, percent) => total + percent, 0);
  if (percents.length < 2 || percents.length > 3 || !percents.every((percent) => percent > 0)) {
    throw new RangeError(
      `split: expected two or three percentages such as 80/20 or 80/10/10, got ${JSON.stringify(text)}`,
    );
  }
  if (Math.abs(sum - 100) > 1e-9) {
    throw new RangeError(
      `split: expected percentages that sum to 100, got ${JSON.stringify(text)}, which sums to ${sum}`,
    );
  }
  return percents.map((percent) => percent / 100);
}

/**
 * How many examples each part gets: every part but the first ⌈fraction · count⌉, the first what remains.
 *
 * As scikit-learn's test size, without its rounding error (7 % of 100 is 7). Throws RangeError for fractions that are not positive or do not sum to 1, and
 * AttuneError `DATA_SPLIT` when nothing remains for the first part.
 */
export function partSizes(count: number, fractions: readonly number[]): number[] {
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  if (fractions.length < 2 || !fractions.every((fraction) => fraction > 0) || Math.abs(sum - 1) > 1e-9) {
    throw new RangeError(`split: expected two or more positive fractions that sum to 1, got [${fractions.join(', ')}]`);
  }
  const others = fractions.slice(1).map((fraction) => Math.ceil(fraction * count - 1e-9));
  const first = count - others.reduce((total, size) => total + size, 0);
  if (first >= 1) return [first, ...others];
  throw new AttuneError(
    'DATA_SPLIT',
    `split: expected enough examples for ${fractions.length} parts, got ${count} to share out; add examples or name an evaluation file`,
  );
}
