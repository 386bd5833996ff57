import {
  cleanLabel,
  column,
  didYouMean,
  mergeGroups,
  type Table,
  type TableHeader,
  templateColumns,
  textTemplate,
} from '@attune/data';
import { type DataFormat, readTable } from '@attune/data/node';
import { AttuneError, counted } from '@attune/internal';
import type { LabelColumn } from '@attune/train';
import {
  acceptedTable,
  answerColumn,
  type CleaningFlags,
  cleanedTable,
  distinctRows,
  labeledTable,
  linesOf,
} from './cleaning';
import { namedLabels } from './label-list';
import { withLabelLists } from './label-objects';
import { labelColumnsIn, labelsIn } from './label-values';

/** Labeled texts of a file, and where each was found. */
export interface LabeledRows<Label = string> {
  /** The file's name. */
  readonly where: string;
  readonly texts: readonly string[];
  /** The second text of each pair; absent for single texts. */
  readonly pairs?: readonly string[];
  readonly labels: readonly Label[];
  /** 1-based line of each row. */
  readonly lines: readonly number[];
  /** The value of the `groupBy` column of each row. */
  readonly groups?: readonly string[];
}

export interface Columns extends CleaningFlags {
  /** A column, or a template over columns. */
  readonly text: string;
  /** The second text, for models of pairs. */
  readonly textPair?: string;
  /** A column, or comma-separated columns of 0 and 1, one per label. */
  readonly label: string;
  /** Separator between several labels of a text; default `;`. */
  readonly labelSeparator?: string;
  /** The names of labels that are ids, in the order of the ids; default: those in the metadata of a Parquet file. */
  readonly labelList?: readonly string[];
  /** Labels of a model or of training data, which are matched exactly before a field is normalized. */
  readonly known?: readonly string[];
  readonly groupBy?: string;
  readonly format?: DataFormat;
  readonly delimiter?: string;
}

/**
 * Reads a file of labeled texts.
 *
 * @param columns `known`: labels that are matched exactly, of a saved model or of the training data
 * @throws AttuneError as `readTable`, DATA_COLUMN_MISSING, and DATA_LABEL_MISSING or DATA_LABEL_INVALID with the line of a row
 *   without a label of this kind
 */
export async function readLabeledRows<Label>(
  path: string,
  columns: Columns & { readonly labelColumn: LabelColumn<Label> },
  onNote: (note: string) => void,
): Promise<LabeledRows<Label>> {
  const { text, textPair, label, labelSeparator = ';', labelList, known, groupBy, format, delimiter } = columns;
  const used = (header: TableHeader) => [
    ...textColumnsIn(header, [text, ...(textPair === undefined ? [] : [textPair])]),
    ...labelColumnsIn(header, columns),
    ...(groupBy === undefined ? [] : [groupBy]),
  ];
  const wanted = (header: TableHeader) => [...used(header), ...header.columns.filter((name) => name === answerColumn)];
  const read = await readTable(path, { format, delimiter, columns: wanted, counted: used });
  read.warnings.forEach(onNote);
  const found = preparedTable(read, columns, onNote);
  const textOf = textTemplate(text, found);
  const pairOf = textPair === undefined ? undefined : textTemplate(textPair, found);
  const groups = groupBy === undefined ? undefined : column(found, groupBy).map(cleanLabel);
  const { where } = found;
  const lines = found.rows.map(({ line }) => line);
  const names = labelList ?? found.classNames?.[label];
  const { labels, notesOn } = labelsIn(found, { ...columns, labelSeparator, known: known ?? labelList, onNote });
  const rows = {
    where,
    texts: found.rows.map(textOf),
    ...(pairOf && { pairs: found.rows.map(pairOf) }),
    labels: namedLabels(labels, { where, lines, names, haveIds: labelList === undefined, known }),
    lines,
    ...(groups && { groups }),
  };
  const kept = columns.deduplicate ? distinct(rows, columns.labelColumn, onNote) : [...lines.keys()];
  notesOn(kept).forEach(onNote);
  return kept.length < lines.length ? rowsAt(rows, kept) : rows;
}

/** Cleans the texts of a table, and removes rows that were not accepted and, with `skipUnlabeled`, rows without a label. */
function preparedTable<Label>(
  table: Table,
  columns: Columns & { readonly labelColumn: LabelColumn<Label> },
  onNote: (note: string) => void,
): Table {
  const { text, textPair, clean, skipUnlabeled, labelColumn } = columns;
  const templates = [text, ...(textPair === undefined ? [] : [textPair])];
  const labels = { columns: labelColumnsIn(table, columns), areNumbers: labelColumn.expected === 'a number' };
  const listed = withLabelLists(table, labels.columns);
  const accepted = acceptedTable(listed, [...textColumnsIn(listed, templates), ...labels.columns], onNote);
  const labeled = skipUnlabeled ? labeledTable(accepted, labels, onNote) : accepted;
  return cleanedTable(labeled, { columns: textColumnsIn(labeled, templates), clean }, onNote);
}

/** The rows that are not equal to an earlier one in texts and label. */
function distinct<Label>(
  { where, texts, pairs, labels }: LabeledRows<Label>,
  { shown }: LabelColumn<Label>,
  onNote: (note: string) => void,
): readonly number[] {
  const joined = texts.map((text, i) => joinedText(text, pairs?.[i]));
  return distinctRows(joined, { where, labels: labels.map(shown), onNote });
}

/** A text and its pair as one, for comparisons. */
export const joinedText = (text: string, pair?: string): string => (pair === undefined ? text : `${text}\u0000${pair}`);

/** The columns that templates name. */
export const textColumnsIn = (header: TableHeader, templates: readonly string[]): string[] =>
  templates.flatMap((template) => templateColumns(template, header));

/** The rows at some indices. */
export function rowsAt<Label>(rows: LabeledRows<Label>, indices: ArrayLike<number>): LabeledRows<Label> {
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

/** Drops rows with empty texts, with a note. @throws AttuneError DATA_EMPTY if all texts are empty */
export function withoutEmptyTexts<Label>(rows: LabeledRows<Label>, onNote: (note: string) => void): LabeledRows<Label> {
  const isEmpty = (i: number) => rows.texts[i].trim() === '' && (rows.pairs?.[i] ?? '').trim() === '';
  const kept = [...rows.texts.keys()].filter((i) => !isEmpty(i));
  const dropped = rows.lines.filter((_, i) => isEmpty(i)).map((line) => ({ line }));
  if (kept.length === 0)
    throw new AttuneError(
      'DATA_EMPTY',
      `${rows.where}: expected texts, got ${counted(dropped.length, 'row')} with an empty text; check --text`,
    );
  if (dropped.length === 0) return rows;
  onNote(`${rows.where}: ${counted(dropped.length, 'empty text')} dropped (${linesOf(dropped)})`);
  return rowsAt(rows, kept);
}

/** @throws AttuneError DATA_ONE_CLASS where all labels are the same */
export function refuseOneLabel<Label>(
  { where, labels }: LabeledRows<Label>,
  { shown, expected }: LabelColumn<Label>,
  column: string,
): void {
  if (new Set(labels.map(shown)).size > 1) return;
  const two = expected === 'a label' ? 'at least two classes' : `${expected.replace(/^an? /, 'different ')}s`;
  throw new AttuneError(
    'DATA_ONE_CLASS',
    `${where}: expected ${two} in column ${JSON.stringify(column)}, got ${counted(labels.length, 'row')} of ${shown(labels[0])}; check --label`,
  );
}

/** @throws AttuneError DATA_LABEL_UNKNOWN, with file and line, for the first unknown label */
export function requireKnownLabels<Label>(
  { where, labels, lines }: LabeledRows<Label>,
  known: readonly string[],
  whose: string,
  namesIn: (label: Label) => readonly string[],
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
    `${where} line ${lines[at]}: expected one of ${whose} ${known.length} labels (${some}), got ${JSON.stringify(unknown)}${advice}; if the label is correct, pass all names with --label-list`,
  );
}

/** Merges groups of equal texts with the groups of the rows. A row without a value belongs to no group. */
export function withGroups(textGroups: ArrayLike<number>, { groups }: Pick<LabeledRows, 'groups'>): ArrayLike<number> {
  return groups
    ? mergeGroups(
        textGroups,
        groups.map((value, row) => (value.trim() === '' ? row : value)),
      )
    : textGroups;
}
