// Prepares rows for training: cleans texts, skips rows without a label, drops duplicate rows.
import { cleanLabel, cleanTable, equalTextGroups, field, type Row, type Table } from '@attune/data';
import { AttuneError, counted } from '@attune/internal';
import type { CleanStep } from '../options/choices';

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

const titles: Readonly<Record<string, string>> = { html: 'HTML removed', whitespace: 'white space normalized' };

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
  /** Whether labels are numbers, so that words such as NaN mean a missing label. */
  readonly areNumbers?: boolean;
  /** Whether an empty list is a label, as that of a text without an entity; default false. */
  readonly areSpans?: boolean;
}

/**
 * Removes rows without a label; a note counts them.
 *
 * @throws AttuneError DATA_EMPTY if no row has a label
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

/** Prodigy's column of what the annotator did with a row, and its values. */
export const answerColumn = 'answer';
const answers = new Set(['accept', 'reject', 'ignore']);

/**
 * Removes rows that an annotator rejected or ignored in Prodigy; a note counts them.
 *
 * @param used the columns of texts and labels: an `answer` among them is not Prodigy's
 * @throws AttuneError DATA_EMPTY if no row was accepted
 */
export function acceptedTable(table: Table, used: readonly string[], onNote: (note: string) => void): Table {
  if (!table.columns.includes(answerColumn) || used.includes(answerColumn)) return table;
  if (!table.rows.every((row) => answers.has(field(row, answerColumn)))) return table;
  const rows = table.rows.filter((row) => field(row, answerColumn) === 'accept');
  const left = table.rows.length - rows.length;
  if (left === 0) return table;
  const what = `${counted(left, 'row')} whose "${answerColumn}" is not "accept"`;
  if (rows.length === 0)
    throw new AttuneError(
      'DATA_EMPTY',
      `${table.where}: expected accepted rows, got ${what}; remove the column to use them`,
    );
  onNote(`${table.where}: ${what} left out`);
  return { ...table, rows };
}

/** Whether a field has no label: empty, blank or an empty list; for numbers also words for a missing value. */
function isNoLabel(text: string, { areNumbers = false, areSpans = false }: LabelColumns): boolean {
  const own = cleanLabel(text);
  return (
    own === '' ||
    (!areSpans && /^\[\s*\]$/.test(own)) ||
    (areSpans && own === 'null') ||
    (areNumbers && /^(nan|na|n\/a|null|none|<na>|-)$/i.test(own))
  );
}

/** `line 4`, `lines 4, 9`, `lines 4, 9, 12, …`. */
export function linesOf(rows: readonly { readonly line?: number | undefined }[], most = 5): string {
  const lines = rows.flatMap(({ line }) => (line === undefined ? [] : [line]));
  const more = lines.length > most ? ', …' : '';
  return `${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, most).join(', ')}${more}`;
}

/** Groups rows with equal text and label, in the order of the first row of each group. Case and white space of texts are ignored. */
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

/** The indices of distinct pairs of text and label; a note counts the duplicates. */
export function distinctRows(texts: readonly string[], { where, labels, onNote }: Doubles): number[] {
  const kept = sameRows(texts, labels).map(([first]) => first);
  const dropped = texts.length - kept.length;
  if (dropped > 0)
    onNote(`${where}: ${counted(dropped, 'duplicate row')} dropped, equal to an earlier one in text and label`);
  return kept;
}
