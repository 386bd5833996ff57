import { AttuneError } from '../attune-error';
import { field, type Row } from '../table';

/** A row, and its number. */
export interface NumberedRow extends Row {
  readonly number: number;
}

export interface SumOptions {
  /** The columns that name a record. */
  readonly names: readonly string[];
  /** The column of the number. */
  readonly number: string;
  /** How errors name the table. */
  readonly where: string;
}

/** Rows of one name, whatever its capitals, become one, the first, their numbers added up. */
export function sumRows(rows: readonly Row[], { names, number, where }: SumOptions): NumberedRow[] {
  const byName = new Map<string, NumberedRow>();
  for (const row of rows) {
    const name = JSON.stringify(names.map((column) => field(row, column).toLowerCase()));
    const own = numberOf(field(row, number), `${where} line ${row.line}, column ${JSON.stringify(number)}`);
    const first = byName.get(name);
    byName.set(name, first ? { ...first, number: first.number + own } : { ...row, number: own });
  }
  return [...byName.values()];
}

function numberOf(value: string, where: string): number {
  const number = Number(value.replaceAll(',', ''));
  if (value !== '' && number >= 0) return number;
  throw new AttuneError(
    'DATA_NUMBER',
    `${where}: expected a number ≥ 0, got ${JSON.stringify(value)}; correct it, or count it as a missing value`,
  );
}
