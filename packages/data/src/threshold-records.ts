// Records labeled by a number and a threshold, for example from tables of government statistics.

import { AttuneError } from '@attune/internal';
import { cleanTable } from './cleaning/cleaning';
import type { MissingPolicy } from './cleaning/missing';
import { field, type Row, type Table } from './table';
import { templateColumns, textTemplate } from './template';

/** Usual names by alternative spelling. */
export type Spellings = Readonly<Record<string, string>>;

/** Options of `thresholdRecords`. */
export interface ThresholdOptions {
  /** Column of the text, or a template over columns; these columns also identify a record. */
  readonly text: string;
  /** Column of the number that determines the label. */
  readonly number: string;
  /** Lowest number with the label `high`. */
  readonly threshold: number;
  /** Column whose values must stay in the same part of a split. */
  readonly group: string;
  /** Column by which records are compared; if it is empty or absent, the region of a name in the text is used. */
  readonly by: string;
  /** Treatment of a missing number; rows with a missing text column are dropped. */
  readonly missing: MissingPolicy;
  /** Values that count as missing, after trimming. */
  readonly missingValues: readonly string[];
  /** Replacements of names, by alternative spelling; default none. */
  readonly spellings?: Spellings;
  /** Names of each region, for rows whose column `by` is empty; default none, so such rows become `other`. */
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  /** Whether to add the number itself to the text, as a deliberate leak; default false. */
  readonly withNumber?: boolean;
}

/** `high` for a number of at least the threshold, otherwise `low`. */
export type ThresholdLabel = 'high' | 'low';

/** A labeled record. */
export interface ThresholdRecord {
  /** Line of the file, from 1; the first line if several rows were merged. */
  readonly line: number;
  /** The value of the text column, or the filled template; followed by the number with `withNumber`. */
  readonly text: string;
  /** The number that determines the label; the sum if several rows of one name were merged. */
  readonly number: number;
  /** `high` for a number of at least the threshold, otherwise `low`. */
  readonly label: ThresholdLabel;
  /** Value of the column `group`, which a split keeps in one part. */
  readonly group: string;
  /** Value of the column `by`, otherwise the region of a name, otherwise `other`. */
  readonly by: string;
}

/** One step of cleaning, and the number of rows changed. */
export interface CleaningCount {
  /** Description of the change, with its column. */
  readonly step: string;
  /** Number of rows or values changed. */
  readonly count: number;
}

/**
 * The label of a number: `high` from the threshold on, otherwise `low`.
 *
 * @example labelByThreshold(6000, 5000) // 'high'
 */
export const labelByThreshold = (number: number, threshold: number): ThresholdLabel =>
  number >= threshold ? 'high' : 'low';

/**
 * Makes labeled records from a table with names and a number.
 *
 * Cleans white space, missing values, duplicate rows and spellings, adds up rows of one name and group, and labels a record `high` if its number
 * is at least the threshold. `steps` counts the changes.
 * @throws AttuneError `DATA_NUMBER` (with line and column) for a value that is not a number ≥ 0, `DATA_COLUMN_MISSING` for an unknown column.
 * @example
 * const { records } = thresholdRecords(await readTable('cards.csv'), {
 *   ...{ text: 'State: {state}. Year: {year}.', number: 'cards', threshold: 5000 },
 *   ...{ group: 'state', by: 'year', missing: 'drop', missingValues: ['', 'NA'] },
 * });
 */
export function thresholdRecords(
  table: Table,
  options: ThresholdOptions,
): {
  /** The labeled records, in the order of their first rows. */
  records: ThresholdRecord[];
  /** The cleaning steps, in order. */
  steps: CleaningCount[];
} {
  const { number, group, missing, missingValues, spellings = {} } = options;
  const names = templateColumns(options.text, table);
  const dropped: Record<string, MissingPolicy> = Object.fromEntries([...names, group].map((name) => [name, 'drop']));
  const cleaned = cleanTable(table.rows, {
    ...{ where: table.where, whitespace: true, duplicates: 'drop', missingValues },
    missing: { ...dropped, [number]: missing },
  });
  const tidy = cleaned.rows.map((row) => tidyRow(row, { columns: [...names, group], spellings }));
  const merged = sumRows(tidy, { names: [...new Set([...names, group])], number, where: table.where });
  const changed = tidy.filter(({ fields }, i) => names.some((name) => fields[name] !== cleaned.rows[i].fields[name]));
  const steps = [
    ...cleaned.report.steps.map(({ step, column, action, count }) => ({
      step: `${step}${column ? ` in ${column}` : ''}: ${action}`,
      count,
    })),
    { step: `spelling of ${names.join(', ')}: change`, count: changed.length },
    { step: `one record in several spellings: ${number} added up`, count: tidy.length - merged.length },
  ];
  return { records: recordsOf(merged, { table, names, options }), steps };
}

function tidyRow(row: Row, { columns, spellings }: { columns: readonly string[]; spellings: Spellings }): Row {
  const tidied = columns.map((column) => [column, tidyName(field(row, column), spellings)]);
  return { ...row, fields: { ...row.fields, ...Object.fromEntries(tidied) } };
}

function recordsOf(
  rows: readonly NumberedRow[],
  { table, names, options }: { table: Table; names: readonly string[]; options: ThresholdOptions },
): ThresholdRecord[] {
  const { text, number: column, threshold, group, by, regions = {}, withNumber = false } = options;
  const textOf = textTemplate(text, table);
  const regionOf = new Map(Object.entries(regions).flatMap(([region, all]) => all.map((one) => [one, region])));
  return rows.map((row) => ({
    line: row.line,
    text: withNumber ? `${textOf(row)} ${column}: ${row.number}.` : textOf(row),
    number: row.number,
    label: labelByThreshold(row.number, threshold),
    group: field(row, group),
    by: field(row, by) || names.map((name) => regionOf.get(field(row, name))).find(Boolean) || 'other',
  }));
}

/**
 * Number of texts that contain, as a word, the number that determines their label, and so leak it.
 *
 * @example countNumberLeaks([{ text: '12 cards', number: 12 }, { text: 'cards', number: 3 }]) // 1
 */
export function countNumberLeaks(records: readonly Pick<ThresholdRecord, 'text' | 'number'>[]): number {
  const wordsOf = (text: string) => text.replaceAll(',', '').split(/[^\p{L}\p{N}.-]+|\.(?!\d)/u); // "2016-17" is not "17"
  return records.filter(({ text, number }) => wordsOf(text).includes(String(number))).length;
}

/** A row with its number. */
interface NumberedRow extends Row {
  readonly number: number;
}

interface SumOptions {
  /** Columns that identify a record. */
  readonly names: readonly string[];
  /** Column of the number. */
  readonly number: string;
  /** Name of the table in errors. */
  readonly where: string;
}

/** Merges rows of one name, ignoring case, into the first, and adds up their numbers. */
function sumRows(rows: readonly Row[], { names, number, where }: SumOptions): NumberedRow[] {
  const byName = new Map<string, NumberedRow>();
  for (const row of rows) {
    const name = JSON.stringify(names.map((column) => field(row, column).toLowerCase()));
    const own = numberOf(field(row, number), `${where} line ${row.line}, column ${JSON.stringify(number)}`);
    const first = byName.get(name);
    byName.set(name, first ? { ...first, number: first.number + own } : { ...row, number: own });
  }
  return [...byName.values()];
}

/** A number whose thousands are separated by commas, also in the Indian way: `12,34,567.5`. */
const grouped = /^\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$/;

function numberOf(value: string, where: string): number {
  const number = Number(value.replace(grouped, (whole) => whole.replaceAll(',', '')));
  if (value !== '' && number >= 0) return number;
  throw new AttuneError(
    'DATA_NUMBER',
    `${where}: expected a number ≥ 0, got ${JSON.stringify(value)}; correct it, or count it as a missing value`,
  );
}

/**
 * Normalizes a name: removes footnote asterisks, replaces `&`, capitalizes words if all letters have the same case, then looks it
 * up in `spellings`.
 *
 * @example tidyName('JAMMU & KASHMIR *', {}) // 'Jammu and Kashmir'
 */
function tidyName(name: string, spellings: Spellings): string {
  const plain = capitalized(name.replaceAll('*', '').replaceAll('&', ' and ').replace(/\s+/g, ' ').trim());
  return spellings[plain] ?? plain;
}

function capitalized(name: string): string {
  if (name !== name.toLowerCase() && name !== name.toUpperCase()) return name;
  return name
    .toLowerCase()
    .replace(/\p{L}+/gu, (word) => (word === 'and' ? word : word[0].toUpperCase() + word.slice(1)));
}
