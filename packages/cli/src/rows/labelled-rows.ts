import { column, didYouMean, field, mergeGroups, type Row, type Table, textTemplate } from '@attune/data';
import { type DataFormat, readTable } from '@attune/data/node';
import { AttuneError } from '@attune/engine';

/** Labelled texts of a file, and where each was found. */
export interface LabelledRows {
  /** The file's name. */
  readonly where: string;
  readonly texts: readonly string[];
  readonly labels: readonly string[];
  /** 1-based line of each row. */
  readonly lines: readonly number[];
  /** The value that `groupBy` asked for, of each row. */
  readonly groups?: readonly string[];
}

export interface Columns {
  /** A column, or a template over columns. */
  readonly text: string;
  readonly label: string;
  readonly groupBy?: string;
  readonly format?: DataFormat;
}

/**
 * Reads a file of labelled texts.
 *
 * @throws AttuneError as `readTable`, DATA_COLUMN_MISSING, and DATA_LABEL_MISSING with the line of a row without a label
 */
export async function readLabelledRows(
  path: string,
  { text, label, groupBy, format }: Columns,
  onNote: (note: string) => void,
): Promise<LabelledRows> {
  const found = await readTable(path, { format });
  const textOf = textTemplate(text, found);
  const labels = column(found, label);
  const groups = groupBy === undefined ? undefined : column(found, groupBy);
  found.warnings.forEach(onNote);
  refuseMissingLabels(found, label);
  const lines = found.rows.map(({ line }) => line);
  return { where: found.where, texts: found.rows.map(textOf), labels, lines, ...(groups && { groups }) };
}

function refuseMissingLabels({ where, rows }: Table, label: string): void {
  const isMissing = (row: Row) => field(row, label).trim() === '';
  const missing = rows.filter(isMissing);
  if (missing.length === 0) return;
  throw new AttuneError(
    'DATA_LABEL_MISSING',
    `${where} line ${missing[0].line}: expected a label in column ${JSON.stringify(label)}, got nothing` +
      `${missing.length > 1 ? ` (as in ${missing.length - 1} more rows)` : ''}; fill it in, or remove the row`,
  );
}

/** The rows at some indices. */
export function rowsAt(rows: LabelledRows, indices: ArrayLike<number>): LabelledRows {
  const pick = <T>(values: readonly T[]) => Array.from(indices, (i) => values[i]);
  const { where, texts, labels, lines, groups } = rows;
  const picked = { where, texts: pick(texts), labels: pick(labels), lines: pick(lines) };
  return groups ? { ...picked, groups: pick(groups) } : picked;
}

/** Throws AttuneError DATA_LABEL_UNKNOWN, with file and line, for the first label that is not among the known ones. */
export function requireKnownLabels(
  { where, labels, lines }: LabelledRows,
  known: readonly string[],
  whose: string,
): void {
  const names = new Set(known);
  const at = labels.findIndex((label) => !names.has(label));
  if (at < 0) return;
  const some = `${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}`;
  const advice = didYouMean(labels[at], known) || '; correct the label, or remove the row';
  throw new AttuneError(
    'DATA_LABEL_UNKNOWN',
    `${where} line ${lines[at]}: expected one of ${whose} ${known.length} labels (${some}), got ${JSON.stringify(labels[at])}${advice}`,
  );
}

/** Groups of texts, made coarser by the rows' own groups; a row without a value is in no group of its own. */
export function withGroups(textGroups: ArrayLike<number>, { groups }: LabelledRows): ArrayLike<number> {
  return groups
    ? mergeGroups(
        textGroups,
        groups.map((value, row) => (value.trim() === '' ? row : value)),
      )
    : textGroups;
}
