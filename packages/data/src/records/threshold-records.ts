import { cleanTable } from '../cleaning/cleaning';
import type { MissingPolicy } from '../cleaning/missing';
import { field, type Row, type Table } from '../table';
import { templateColumns, textTemplate } from '../template';
import { type Spellings, tidyName } from './spelling';
import { type NumberedRow, sumRows } from './sum-rows';

export interface ThresholdOptions {
  /** A column, or a template over columns, which also name a record. */
  readonly text: string;
  /** The column of the number that decides the label. */
  readonly number: string;
  readonly threshold: number;
  /** The column of which a value is never to be in two parts. */
  readonly group: string;
  /** The column by which records are compared; where there is none, regions are looked up by the names in the text. */
  readonly by: string;
  /** What becomes of a missing number; a row without one of the text's columns is dropped. */
  readonly missing: MissingPolicy;
  readonly missingValues: readonly string[];
  readonly spellings?: Spellings;
  /** The names of each region. */
  readonly regions?: Readonly<Record<string, readonly string[]>>;
  /** Puts the number itself into the text: the leak, on purpose. */
  readonly withNumber?: boolean;
}

export type ThresholdLabel = 'high' | 'low';

/** A record, labelled by its number. */
export interface ThresholdRecord {
  /** Of the file, from 1; the first, of rows that are one record. */
  readonly line: number;
  readonly text: string;
  readonly number: number;
  readonly label: ThresholdLabel;
  readonly group: string;
  readonly by: string;
}

/** One thing that cleaning did, and to how many rows. */
export interface CleaningCount {
  readonly step: string;
  readonly count: number;
}

/** The rule. Every label comes from here, and a model that is told the number has been told the answer. */
export const labelByThreshold = (number: number, threshold: number): ThresholdLabel =>
  number >= threshold ? 'high' : 'low';

/**
 * From a table of names and a number to labelled records: white space, missing values, equal rows, spellings; rows of one
 * name added up; `high` where the number is at least the threshold. `steps` counts what was done.
 *
 * @throws AttuneError DATA_NUMBER (with line and column) for what is no number ≥ 0, DATA_COLUMN_MISSING for an unknown column
 * @example
 * const { records } = thresholdRecords(await readTable('cards.csv'), {
 *   ...{ text: 'State: {state}. Year: {year}.', number: 'cards', threshold: 5000 },
 *   ...{ group: 'state', by: 'year', missing: 'drop', missingValues: ['', 'NA'] },
 * });
 */
export function thresholdRecords(
  table: Table,
  options: ThresholdOptions,
): { records: ThresholdRecord[]; steps: CleaningCount[] } {
  const { number, group, missing, missingValues, spellings = {} } = options;
  const names = templateColumns(options.text, table);
  const dropped: Record<string, MissingPolicy> = Object.fromEntries([...names, group].map((name) => [name, 'drop']));
  const cleaned = cleanTable(table.rows, {
    ...{ where: table.where, whitespace: true, duplicates: 'drop', missingValues },
    missing: { ...dropped, [number]: missing },
  });
  const tidy = cleaned.rows.map((row) => tidyRow(row, { columns: [...names, group], spellings }));
  const merged = sumRows(tidy, { names, number, where: table.where });
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

/** How many texts have, as a word of its own, the number that their label was made from: they tell the answer. */
export function countNumberLeaks(records: readonly Pick<ThresholdRecord, 'text' | 'number'>[]): number {
  const wordsOf = (text: string) => text.replaceAll(',', '').split(/[^\p{L}\p{N}.-]+|\.(?!\d)/u); // "2016-17" is not "17"
  return records.filter(({ text, number }) => wordsOf(text).includes(String(number))).length;
}
