// The beginning of a data file: enough to name its columns, to guess what they hold, and to show an example.
import { type Row, type TableHeader, textTemplate } from '@attune/data';
import { extensionOf, readRows, streamConll } from '@attune/data/node';
import { AttuneError, isAttuneError } from '@attune/internal';

/** Maximum number of rows or sentences to read. */
const most = 500;

/** The first rows of a table. */
export interface TableSample extends TableHeader {
  readonly rows: readonly Row[];
}

/** The first sentences of a CoNLL file. */
export interface SentenceSample {
  readonly where: string;
  readonly sentences: readonly { readonly words: readonly string[] }[];
}

/** Whether a file has a word and its tag per line, as `attune train` decides without `--format`. */
export const isConll = (path: string) => /^\.(conll|conllu|bio|iob|iob2|bilou)$/.test(extensionOf(path));

/** Whether a file has a list of words and one of tags per row. */
export const isLists = (path: string) => /^\.(jsonl|ndjson|json|parquet)$/.test(extensionOf(path));

/** Whether a file holds texts alone, one per line. */
export const isLines = (path: string, { columns }: TableHeader) => extensionOf(path) === '.txt' && columns.length === 1;

/**
 * The first rows of a table, without unnamed columns and columns that share a name, which no option can select.
 *
 * @param path as typed
 * @throws AttuneError of `readRows`
 */
export async function sampleTable(path: string): Promise<TableSample> {
  const isObjects = /^\.(jsonl|ndjson|json)$/.test(extensionOf(path)); // of which a later one may have further keys
  const { where, columns, headerLine, rows: source } = await readRows(path, isObjects ? {} : { columns: namedOnce });
  const rows: Row[] = [];
  for await (const row of source) if (rows.push(row) === most) break;
  return isObjects ? wholeSample(where, rows) : { where, columns, headerLine, rows };
}

/** Rows that all have the keys of any row. */
function wholeSample(where: string, rows: readonly Row[]): TableSample {
  const columns = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))].filter((name) => name !== '');
  const empty = Object.fromEntries(columns.map((name) => [name, '']));
  return {
    where,
    columns,
    headerLine: undefined,
    rows: rows.map((row) => ({ ...row, fields: { ...empty, ...row.fields } })),
  };
}

function namedOnce({ columns }: TableHeader): readonly string[] {
  return columns.filter((name, i) => name !== '' && columns.indexOf(name) === i && columns.lastIndexOf(name) === i);
}

/**
 * The first sentences of a CoNLL file.
 *
 * @throws AttuneError of `streamConll`, also for missing columns
 */
export async function sampleSentences(
  path: string,
  { text, label = '-1' }: { readonly text?: string; readonly label?: string },
): Promise<SentenceSample> {
  const sentences: { readonly words: readonly string[] }[] = [];
  const options = {
    ...(text !== undefined && { tokenColumn: columnNumber('--text', text) }),
    tagColumn: columnNumber('--label', label),
    columnNames: { token: '--text', tag: '--label' },
    ...(extensionOf(path) === '.conllu' && { conllu: true }),
  };
  for await (const sentence of streamConll(path, options)) if (sentences.push(sentence) === most) break;
  return { where: path, sentences };
}

/**
 * The columns of a CoNLL file: the distinct values of each in the first sentences, in order; none for a column with empty values.
 *
 * @throws AttuneError of `streamConll`, except for a column with empty values
 */
export async function sampleColumns(path: string): Promise<readonly (readonly string[])[]> {
  const columns: (readonly string[])[] = [];
  for (;;) {
    const values = await valuesAt(path, `${columns.length}`);
    if (values === undefined) return columns;
    columns.push(values);
  }
}

/** The values of a column; undefined after the last one. */
async function valuesAt(path: string, column: string): Promise<readonly string[] | undefined> {
  try {
    const { sentences } = await sampleSentences(path, { text: column, label: column });
    return [...new Set(sentences.flatMap(({ words }) => words))];
  } catch (error) {
    if (isAttuneError(error, 'DATA_COLUMN_MISSING')) return undefined;
    if (isAttuneError(error, 'DATA_FIELDS')) return [];
    throw error;
  }
}

function columnNumber(flag: string, text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `${flag}: expected the number of a column of a CoNLL file, counted from 0, or from the end with -1, got ${JSON.stringify(text)}`,
  );
}

/**
 * The function from a row to the text of a column or template.
 *
 * @throws AttuneError DATA_COLUMN_MISSING with the columns of the table, and DATA_TEMPLATE; both name the flag
 */
export function textOf(sample: TableSample, flag: string, template: string): (row: Row) => string {
  try {
    return textTemplate(template, sample);
  } catch (error) {
    const { code, message } = error as AttuneError;
    throw new AttuneError(code, `${flag}: ${message}`, { cause: error });
  }
}

/**
 * The text before and after the value of a template's only column; undefined for a plain column, several columns, or literal braces.
 *
 * @example aroundColumn('Job: {title}', { columns: ['title'] }) // ['Job: ', '']
 */
export function aroundColumn(
  template: string,
  { columns }: Pick<TableHeader, 'columns'>,
): readonly [string, string] | undefined {
  if (columns.includes(template) || /\{\{|\}\}/.test(template)) return undefined;
  const parts = template.split(/\{[^{}]+\}/);
  return parts.length === 2 && parts.join('') !== '' ? [parts[0], parts[1]] : undefined;
}
