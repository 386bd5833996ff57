import { AttuneError, compareCodePoints, isObject, oneOf } from '@attune/internal';
import { field, type Row } from '../table';

/**
 * Treatment of a missing value: drop its row, replace it with the empty text, throw an error, or fill it with a given value or
 * with the mean, median or most frequent value of the fitted rows.
 */
export type MissingPolicy =
  | 'drop'
  | 'empty'
  | 'error'
  | 'mean'
  | 'median'
  | 'mode'
  | {
      /** Replacement of missing values. */
      readonly fill: string;
    };

/** Validates a policy. */
export const missingPolicy = oneOf(['drop', 'empty', 'error', 'mean', 'median', 'mode'], {
  expected: 'an object { fill } with a string',
  holds: (value: unknown) => isObject(value) && typeof value.fill === 'string',
});

/** The policy of a column with its fill value. */
export interface FittedPolicy {
  readonly column: string;
  readonly action: 'drop' | 'empty' | 'error' | 'fill';
  readonly value: string;
}

export interface MissingRules {
  readonly where: string;
  readonly isMissing: (value: string) => boolean;
}

/**
 * Fits the replacement of the missing values of a column.
 *
 * @throws AttuneError `DATA_MISSING` or `DATA_NUMBER` if it cannot be computed.
 */
export function fitPolicy(
  rows: readonly Row[],
  [column, policy]: readonly [string, MissingPolicy],
  rules: MissingRules,
): FittedPolicy {
  if (typeof policy === 'object') return { column, action: 'fill', value: policy.fill };
  if (policy === 'drop' || policy === 'empty' || policy === 'error') return { column, action: policy, value: '' };
  const present = rows.filter((row) => !rules.isMissing(field(row, column)));
  if (present.length === 0) throw nothingToFit(rules.where, column, policy);
  const value =
    policy === 'mode' ? mode(present.map((row) => field(row, column))) : middle(present, { column, policy }, rules);
  return { column, action: 'fill', value };
}

function middle(
  rows: readonly Row[],
  { column, policy }: { column: string; policy: 'mean' | 'median' },
  { where }: MissingRules,
): string {
  const numbers = rows.map((row) => numberOf(row, column, where));
  if (policy === 'mean') return String(numbers.reduce((sum, value) => sum + value, 0) / numbers.length);
  const sorted = numbers.sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return String(sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2);
}

function numberOf(row: Row, column: string, where: string): number {
  const text = field(row, column).trim();
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new AttuneError(
    'DATA_NUMBER',
    `${where} line ${row.line}, column ${JSON.stringify(column)}: expected a number for a mean or median, got ${JSON.stringify(text.slice(0, 40))}; correct it, or list it in missingValues`,
  );
}

/** The most frequent value; ties go to the first by code point, where scikit-learn's `SimpleImputer` takes the smallest. */
function mode(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, own) =>
    own[1] > best[1] || (own[1] === best[1] && compareCodePoints(own[0], best[0]) < 0) ? own : best,
  )[0];
}

function nothingToFit(where: string, column: string, policy: string): AttuneError {
  return new AttuneError(
    'DATA_MISSING',
    `${where}, column ${JSON.stringify(column)}: expected at least one value for the ${policy}, got none; fill with a given value, or drop the column`,
  );
}
