// What is made of rows before they are learned from: cleaned texts, rows without a label skipped, double rows dropped.
import { cleanLabel, cleanTable, equalTextGroups, field, type Row, type Table } from '@attune/data';
import { AttuneError } from '@attune/internal';
import type { CleanStep } from '../options/choices';
import { counted } from '../program/terminal';

/** The flags of cleaning. */
export interface CleaningFlags {
  readonly clean?: readonly CleanStep[] | undefined;
  readonly skipUnlabeled?: boolean | undefined;
  readonly deduplicate?: boolean | undefined;
}

interface TextColumns {
  /** The columns that hold texts. */
  readonly columns: readonly string[];
  readonly clean?: readonly CleanStep[] | undefined;
}

const titles: Readonly<Record<string, string>> = { html: 'HTML made plain text', whitespace: 'white space made one' };

/** A table whose texts are cleaned; a note counts those that changed. */
export function cleanedTable(
  table: Table,
  { columns, clean }: TextColumns,
  onNote: (note: string) => void = () => {},
): Table {
  if (clean === undefined || table.rows.length === 0) return table;
  const { rows, report } = cleanTable(table.rows, stepsOf(clean, columns, table.where));
  const counts = new Map<string, number>();
  for (const { step, count } of report.steps) counts.set(step, (counts.get(step) ?? 0) + count);
  const said = [...counts].map(([step, count]) => `${titles[step]} in ${counted(count, 'field')}`);
  if (said.length > 0) onNote(`${table.where}: ${said.join(', ')}`);
  return { ...table, rows };
}

/** A row whose texts are cleaned. */
export function cleanedRow(row: Row, { columns, clean }: TextColumns): Row {
  if (clean === undefined) return row;
  const own = columns.filter((name) => Object.hasOwn(row.fields, name));
  return cleanTable([row], stepsOf(clean, own)).rows[0];
}

function stepsOf(clean: readonly CleanStep[], columns: readonly string[], where?: string) {
  const distinct = [...new Set(columns)];
  return { ...Object.fromEntries(clean.map((step) => [step, distinct])), ...(where !== undefined && { where }) };
}

interface LabelColumns {
  readonly columns: readonly string[];
  /** Whether labels are numbers, so that words such as NaN are none. */
  readonly areNumbers?: boolean;
}

/**
 * A table without the rows that have no label, which a note counts.
 *
 * @throws AttuneError DATA_EMPTY where no row has one
 */
export function labeledTable(table: Table, labels: LabelColumns, onNote: (note: string) => void): Table {
  const isUnlabeled = (row: Row) => labels.columns.some((name) => isNoLabel(field(row, name), labels));
  const skipped = table.rows.filter(isUnlabeled);
  if (skipped.length === 0) return table;
  if (skipped.length === table.rows.length)
    throw new AttuneError(
      'DATA_EMPTY',
      `${table.where}: expected labels in ${labels.columns.map((name) => JSON.stringify(name)).join(', ')}, got ${counted(skipped.length, 'row')} without one; check --label`,
    );
  onNote(`${table.where}: ${counted(skipped.length, 'row')} without a label skipped (${linesOf(skipped)})`);
  const without = new Set(skipped);
  return { ...table, rows: table.rows.filter((row) => !without.has(row)) };
}

/** Nothing, blanks, an empty list; where labels are numbers also the words for a missing one. */
function isNoLabel(text: string, { areNumbers = false }: LabelColumns): boolean {
  const own = cleanLabel(text);
  return own === '' || /^\[\s*\]$/.test(own) || (areNumbers && /^(nan|na|n\/a|null|none|<na>|-)$/i.test(own));
}

/** `line 4`, `lines 4, 9`, `lines 4, 9, 12, …`. */
export function linesOf(rows: readonly { readonly line?: number | undefined }[], most = 5): string {
  const lines = rows.flatMap(({ line }) => (line === undefined ? [] : [line]));
  const more = lines.length > most ? ', …' : '';
  return `${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, most).join(', ')}${more}`;
}

/** Rows by the group of their text and their label, in the order of the first of each. Texts are equal but for case and white space. */
export function sameRows(texts: readonly string[], labels: readonly string[]): number[][] {
  const groups = equalTextGroups(texts);
  const rows = new Map<string, number[]>();
  for (const [row, group] of groups.entries()) {
    const key = `${group} ${labels[row]}`;
    const same = rows.get(key);
    if (same) same.push(row);
    else rows.set(key, [row]);
  }
  return [...rows.values()];
}

interface Doubles {
  readonly where: string;
  readonly labels: readonly string[];
  readonly onNote: (note: string) => void;
}

/** The indices of texts, each with its label once; a note counts the others. */
export function distinctRows(texts: readonly string[], { where, labels, onNote }: Doubles): number[] {
  const kept = sameRows(texts, labels).map(([first]) => first);
  const dropped = texts.length - kept.length;
  if (dropped > 0)
    onNote(`${where}: ${counted(dropped, 'double row')} dropped, equal to an earlier one in text and label`);
  return kept;
}
