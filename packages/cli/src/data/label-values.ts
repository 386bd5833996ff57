// Reads the labels of a table: one column, 0/1 vectors, or one 0/1 column per label; names are normalized.
import { cleanLabel, field, type Row, requireColumn, type Table, type TableHeader } from '@attune/data';
import { AttuneError, counted } from '@attune/internal';
import { indicatorIn, type LabelColumn } from '@attune/train';
import { namesIn, vectorsIn } from './label-lists';
import { labelNames } from './label-names';

interface LabelOptions<Label> {
  /** A column, or with several labels per text one column of 0 and 1 per label, separated by commas. */
  readonly label: string;
  readonly labelSeparator: string;
  readonly labelColumn: LabelColumn<Label>;
  /** The labels of a model or of training data, which are matched exactly before a field is normalized. */
  readonly known?: readonly string[];
  readonly onNote: (note: string) => void;
}

/**
 * The columns of labels in a header.
 *
 * @throws AttuneError DATA_COLUMN_MISSING
 */
export function labelColumnsIn<Label>(
  header: TableHeader,
  { label, labelColumn }: Pick<LabelOptions<Label>, 'label' | 'labelColumn'>,
): string[] {
  const names = [...new Set(label.split(',').map((name) => name.trim()))];
  if (header.columns.includes(label) || names.length === 1) names.splice(0, names.length, label);
  else if (!labelColumn.ofNames && names.every((name) => header.columns.includes(name)))
    throw new AttuneError(
      'DATA_COLUMN_MISSING',
      `${header.where}: expected one column of labels, got ${names.length} in --label ${label}; for one column of 0 and 1 per label, pass --problem-type multi_label_classification`,
    );
  for (const name of names) requireColumn(header, name);
  return names;
}

/**
 * Reads the label of each row. Names are trimmed and in one Unicode form, except those that are known in another spelling. `notesOn` returns,
 * for the rows at some indices, notes on merged names and on similar names that were not merged.
 *
 * @throws AttuneError of the column's code, with the line of a row without a label of this kind
 */
export function labelsIn<Label>(
  table: Table,
  given: LabelOptions<Label>,
): { readonly labels: Label[]; notesOn(rows: readonly number[]): readonly string[] } {
  const { labelColumn, known } = given;
  const options = { ...given, known: known && new Set(known) };
  const columns = labelColumnsIn(table, given);
  const labels =
    columns.length > 1
      ? ofColumns(table, columns, options)
      : (ofLists(table, columns[0], options) ?? ofFields(table, options));
  const read = (own: readonly Label[]) => labelNames(own.flatMap(labelColumn.names), { where: table.where, known });
  const { nameOf } = read(labels);
  return {
    labels: labels.map((label) => labelColumn.renamed(label, nameOf)),
    notesOn: (rows) => read(rows.map((row) => labels[row])).notes,
  };
}

interface ReadOptions<Label> extends Omit<LabelOptions<Label>, 'known'> {
  readonly known?: ReadonlySet<string>;
}

/** A column of 0 and 1 per label. */
function ofColumns<Label>(
  table: Table,
  columns: readonly string[],
  { labelColumn, onNote }: ReadOptions<Label>,
): Label[] {
  const rows = table.rows.map((row) =>
    columns.filter((name) => {
      const value = indicatorIn(field(row, name));
      if (value === undefined)
        throw noLabel(table, [row], { column: name, code: 'DATA_LABEL_INVALID', expected: '0 or 1' });
      return value;
    }),
  );
  const used = new Set(rows.flat());
  const unused = columns.filter((name) => !used.has(name));
  if (unused.length > 0)
    onNote(`${table.where}: no row has a 1 in ${unused.map((name) => JSON.stringify(name)).join(', ')}`);
  return rows.map((names) => labelColumn.ofNames!(names));
}

/** Reads a column of 0/1 vectors, of lists without quotes, or of single 0 and 1, for several labels per text; otherwise undefined. */
function ofLists<Label>(table: Table, column: string, options: ReadOptions<Label>): Label[] | undefined {
  const { labelColumn, known, onNote } = options;
  if (!labelColumn.ofNames || knowsAll(table, options)) return undefined;
  const fields = table.rows.map((row) => field(row, column));
  const single = fields.map(indicatorIn);
  if (single.every((value) => value !== undefined)) {
    onNote(
      `${table.where}: ${JSON.stringify(column)} holds 0 and 1, and is read as one label, of the rows with a 1; for several such columns pass --label a,b`,
    );
    return single.map((has) => labelColumn.ofNames!(has ? [column] : []));
  }
  const found = vectorsIn(fields) ?? namesIn(fields);
  if (found === undefined) return undefined;
  if (found.kind === 'refused')
    throw noLabel(table, [table.rows[found.row]], {
      column,
      code: 'DATA_LABEL_INVALID',
      expected: found.expected,
      remedy: () => found.remedy,
    });
  if (found.kind === 'names') return found.rows.map((names) => labelColumn.ofNames!(names.map(cleanLabel)));
  const names = vectorNames(found.rows[0].length, [...(known ?? [])]);
  onNote(
    `${table.where}: ${JSON.stringify(column)} holds vectors of 0 and 1, read as labels in this order: ${shown(names)}; to name the labels, use one column per label: --label a,b`,
  );
  return found.rows.map((vector) => labelColumn.ofNames!(names.filter((_, i) => vector[i])));
}

/** The labels of the elements of a vector: those of the model, or `LABEL_0`, … as in transformers. */
function vectorNames(width: number, known: readonly string[]): readonly string[] {
  const isNamed = known.length === width && !known.every((name) => /^LABEL_\d+$/.test(name));
  return isNamed ? known : Array.from({ length: width }, (_, i) => `LABEL_${i}`);
}

const shown = (names: readonly string[]) => `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;

/** Whether all fields hold known labels when read as in earlier versions. */
function knowsAll<Label>({ rows }: Table, options: ReadOptions<Label>): boolean {
  return options.known !== undefined && rows.every((row) => verbatim(field(row, options.label), options) !== undefined);
}

/** The label of a field, read as in earlier versions, if all its names are known. */
function verbatim<Label>(text: string, { labelColumn, labelSeparator, known }: ReadOptions<Label>): Label | undefined {
  if (known === undefined) return undefined;
  const label = labelColumn.readVerbatim?.(text, labelSeparator);
  if (label === undefined) return undefined;
  const names = labelColumn.names(label);
  return names.length > 0 && names.every((name) => known.has(name)) ? label : undefined;
}

function ofFields<Label>(table: Table, options: ReadOptions<Label>): Label[] {
  const { label: column, labelSeparator, labelColumn } = options;
  const read = new Map<string, Label | undefined>();
  const labels = table.rows.map((row) => {
    const text = field(row, column);
    if (!read.has(text)) read.set(text, verbatim(text, options) ?? labelColumn.read(text, labelSeparator));
    return read.get(text);
  });
  const missing = table.rows.filter((_, i) => labels[i] === undefined);
  if (missing.length > 0) throw noLabel(table, missing, { ...labelColumn, column });
  if (labelColumn.ofNames && options.known === undefined) noteOtherSeparators(table, labels as Label[], options);
  return labels as Label[];
}

interface Expected {
  readonly column: string;
  readonly code: 'DATA_LABEL_MISSING' | 'DATA_LABEL_INVALID';
  readonly expected: string;
  remedy?(field: string): string | undefined;
}

function noLabel({ where }: Table, rows: readonly Row[], { column, code, expected, remedy }: Expected): AttuneError {
  const [first, ...others] = rows;
  const more = others.length > 0 ? ` (as in ${counted(others.length, 'more row')})` : '';
  const text = field(first, column).trim();
  const got = text === '' ? 'nothing' : JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  return new AttuneError(
    code,
    `${where} line ${first.line}: expected ${expected} in column ${JSON.stringify(column)}, got ${got}${more}; ${remedy?.(text) ?? (text === '' ? 'fill it in, remove the row, or pass --skip-unlabeled' : 'correct it, or remove the row')}`,
  );
}

/** Notes another character that may separate labels, if no text has two labels. */
function noteOtherSeparators<Label>(
  { where }: Table,
  labels: readonly Label[],
  { labelColumn, labelSeparator, onNote }: ReadOptions<Label>,
): void {
  const sets = labels.map(labelColumn.names);
  if (sets.some((names) => names.length > 1)) return;
  const names = sets.flat();
  const holding = [',', '|', ';', '/', '\t']
    .filter((each) => each !== labelSeparator.trim())
    .map((separator) => ({ separator, with: names.filter((name) => name.includes(separator)) }))
    .sort((a, b) => b.with.length - a.with.length)[0];
  if (holding.with.length < Math.max(1, names.length / 5)) return;
  const { separator } = holding;
  onNote(
    `${where}: no text has two labels, but ${holding.with.length} of ${counted(names.length, 'label')} contain ${JSON.stringify(separator)}, such as ${JSON.stringify(holding.with[0])}; if it separates labels, pass --label-separator '${separator}'`,
  );
}
