import {
  column,
  didYouMean,
  field,
  mergeGroups,
  type Row,
  requireColumn,
  type Table,
  textTemplate,
} from '@attune/data';
import { type DataFormat, readTable } from '@attune/data/node';
import { AttuneError } from '@attune/engine';
import { type LabelKind, labelKind } from './label-kind';

/** Labelled texts of a file, and where each was found. */
export interface LabelledRows<Label = string> {
  /** The file's name. */
  readonly where: string;
  readonly texts: readonly string[];
  /** The second text of each, where there are pairs. */
  readonly pairs?: readonly string[];
  readonly labels: readonly Label[];
  /** 1-based line of each row. */
  readonly lines: readonly number[];
  /** The value that `groupBy` asked for, of each row. */
  readonly groups?: readonly string[];
}

export interface Columns {
  /** A column, or a template over columns. */
  readonly text: string;
  /** The same, of the second text where the model reads pairs. */
  readonly textPair?: string;
  readonly label: string;
  readonly groupBy?: string;
  readonly format?: DataFormat;
}

/**
 * Reads a file of texts with one label each.
 *
 * @throws AttuneError as `readRowsOf`
 */
export function readLabelledRows(
  path: string,
  columns: Columns,
  onNote: (note: string) => void,
): Promise<LabelledRows> {
  return readRowsOf(path, { ...columns, kind: labelKind<'single_label_classification'>({}) }, onNote);
}

/**
 * Reads a file of texts with labels of some kind.
 *
 * @throws AttuneError as `readTable`, DATA_COLUMN_MISSING, and DATA_LABEL_MISSING or DATA_LABEL_INVALID with the line of a row
 *   without a label of the kind
 */
export async function readRowsOf<Label>(
  path: string,
  { text, textPair, label, groupBy, format, kind }: Columns & { readonly kind: LabelKind<Label> },
  onNote: (note: string) => void,
): Promise<LabelledRows<Label>> {
  const found = await readTable(path, { format });
  const textOf = textTemplate(text, found);
  const pairOf = textPair === undefined ? undefined : textTemplate(textPair, found);
  requireColumn(found, label);
  const groups = groupBy === undefined ? undefined : column(found, groupBy);
  found.warnings.forEach(onNote);
  return {
    where: found.where,
    texts: found.rows.map(textOf),
    ...(pairOf && { pairs: found.rows.map(pairOf) }),
    labels: labelsIn(found, label, kind),
    lines: found.rows.map(({ line }) => line),
    ...(groups && { groups }),
  };
}

function labelsIn<Label>({ where, rows }: Table, label: string, { read, expected, code }: LabelKind<Label>): Label[] {
  const labels = rows.map((row) => read(field(row, label)));
  const missing = rows.filter((_, i) => labels[i] === undefined);
  if (missing.length === 0) return labels as Label[];
  const [first] = missing;
  throw new AttuneError(
    code,
    `${where} line ${first.line}: expected ${expected} in column ${JSON.stringify(label)}, got ${shownField(first, label)}` +
      `${missing.length > 1 ? ` (as in ${missing.length - 1} more rows)` : ''}; fill it in, or remove the row`,
  );
}

function shownField(row: Row, name: string): string {
  const text = field(row, name).trim();
  return text === '' ? 'nothing' : JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** The rows at some indices. */
export function rowsAt<Label>(rows: LabelledRows<Label>, indices: ArrayLike<number>): LabelledRows<Label> {
  const pick = <T>(values: readonly T[]) => Array.from(indices, (i) => values[i]);
  const { where, texts, pairs, labels, lines, groups } = rows;
  return {
    where,
    texts: pick(texts),
    ...(pairs && { pairs: pick(pairs) }),
    labels: pick(labels),
    lines: pick(lines),
    ...(groups && { groups: pick(groups) }),
  };
}

/** Throws AttuneError DATA_LABEL_UNKNOWN, with file and line, for the first label that is not among the known ones. */
export function requireKnownLabels<Label>(
  { where, labels, lines }: LabelledRows<Label>,
  known: readonly string[],
  whose: string,
  namesIn: (label: Label) => readonly string[] = (label) => [String(label)],
): void {
  const names = new Set(known);
  const unknownIn = (label: Label) => namesIn(label).find((name) => !names.has(name));
  const at = labels.findIndex((label) => unknownIn(label) !== undefined);
  if (at < 0) return;
  const unknown = unknownIn(labels[at])!;
  const some = `${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}`;
  const advice = didYouMean(unknown, known) || '; correct the label, or remove the row';
  throw new AttuneError(
    'DATA_LABEL_UNKNOWN',
    `${where} line ${lines[at]}: expected one of ${whose} ${known.length} labels (${some}), got ${JSON.stringify(unknown)}${advice}`,
  );
}

/** Groups of texts, made coarser by the rows' own groups; a row without a value is in no group of its own. */
export function withGroups(textGroups: ArrayLike<number>, { groups }: Pick<LabelledRows, 'groups'>): ArrayLike<number> {
  return groups
    ? mergeGroups(
        textGroups,
        groups.map((value, row) => (value.trim() === '' ? row : value)),
      )
    : textGroups;
}
