// Tables of files: the format by extension, rows in a stream or at once, and some of their columns.

import { extname } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { AttuneError } from '@attune/internal';
import { parse } from 'csv-parse';
import { csvReader, delimiterOf, holdsHeader } from '../readers/csv-reader';
import { isBlank, jsonlTable, jsonRow } from '../readers/jsonl';
import { lineColumn, lineRow, linesOfChunks } from '../readers/lines';
import { decodeUtf8 } from '../readers/utf8';
import {
  emptyInput,
  field,
  headerOnly,
  type Row,
  type RowStream,
  requireColumn,
  type Table,
  type TableHeader,
} from '../table';
import { fileAccess, fileBytes, streamAccess } from './bytes';
import { openParquet } from './parquet/rows';

/** Format of a file of rows. */
export type DataFormat = 'csv' | 'tsv' | 'jsonl' | 'parquet' | 'lines';

export interface ReadOptions {
  /** Default by the extension; lines for standard input. */
  readonly format?: DataFormat;
  /** Columns to keep, in the order of the file; default all. Of Parquet only these are read. */
  readonly columns?: readonly string[];
  /** Input for the path `-`; default the standard input of the process. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/**
 * Opens a file, or standard input (`-`), whose rows are read while they are iterated over.
 *
 * The input is not held in memory, except one row group of Parquet at a time, or the whole Parquet file from standard input.
 * Resolves when the first row was read, so that a wrong path, an empty file or an unknown column shows before any work.
 * Of JSON lines, `columns` are the keys of the first object.
 * @throws AttuneError as `readTable`; for an error in a later row, when that row is reached.
 * @example
 * const stream = await readRows('new.csv');
 * const text = textTemplate('description', stream);
 * for await (const row of stream.rows) console.log(row.line, text(row));
 */
export async function readRows(path: string, options: ReadOptions = {}): Promise<RowStream> {
  const stream = await openRows(path, options);
  return options.columns === undefined ? stream : streamOfColumns(stream, options.columns);
}

/**
 * Reads a whole CSV, TSV, JSON lines, Parquet or plain text file, or standard input (`-`), into memory.
 *
 * CSV as `parseCsv`, JSON lines as `parseJsonl`, lines as `parseLines`. In Parquet the `line` of a row is its number from 1;
 * null becomes the empty string, a date or time ISO 8601, a nested value its JSON, a decimal its double.
 * @throws AttuneError with the file and, where there is one, line (or row group) and column: `DATA_NOT_FOUND`,
 * `DATA_UNREADABLE`, `DATA_FORMAT`, `DATA_ENCODING`, `DATA_EMPTY`, `DATA_NO_ROWS`, `DATA_COLUMN_MISSING` (for
 * `columns`), `DATA_COLUMN_DUPLICATE`, `DATA_FIELDS`, `DATA_QUOTE`, `DATA_JSON`, `DATA_PARQUET`.
 * @example column(await readTable('jobs.csv'), 'title') // ['Welder', …]
 */
export async function readTable(path: string, options: ReadOptions = {}): Promise<Table> {
  const { rows: source, ...header } = await openRows(path, options);
  const rows: Row[] = [];
  for await (const row of source) rows.push(row);
  const format = options.format ?? formatOf(path);
  // Formats in which a value may be missing, which adds a warning.
  const mayMiss = format === 'jsonl' || format === 'parquet';
  const table = mayMiss ? { ...header, ...jsonlTable(rows, header.where) } : { ...header, rows, warnings: [] };
  return options.columns === undefined ? table : tableOfColumns(table, options.columns);
}

const formatOfExtension: Readonly<Record<string, DataFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
  '.txt': 'lines',
};

/**
 * The format by the extension of a path, in any case; plain lines for `-`, standard input.
 *
 * @throws AttuneError `DATA_FORMAT` for another extension.
 */
function formatOf(path: string): DataFormat {
  if (path === '-') return 'lines';
  const extension = extname(path).toLowerCase();
  const format = Object.hasOwn(formatOfExtension, extension) ? formatOfExtension[extension] : undefined;
  if (format !== undefined) return format;
  throw new AttuneError(
    'DATA_FORMAT',
    `${path}: expected one of the extensions ${Object.keys(formatOfExtension).join(', ')}, got ${extension === '' ? 'none' : `"${extension}"`}; ` +
      'state the format: csv, tsv, jsonl, parquet or lines',
  );
}

/** The rows with all columns, or of Parquet with the chosen columns only. */
async function openRows(path: string, options: ReadOptions): Promise<RowStream> {
  const format = options.format ?? formatOf(path);
  const where = path === '-' ? 'standard input' : path;
  const bytes = () => (path === '-' ? (options.stdin ?? process.stdin) : fileBytes(path));
  if (format === 'parquet') {
    const { header, rows } = await openParquet(path === '-' ? await streamAccess(bytes()) : await fileAccess(path), {
      where,
      columns: options.columns,
    });
    return started({ rows, header: () => header }, where);
  }
  return started(await openers[format](decodeUtf8(bytes(), where), where), where);
}

/** Reads the first row, so that an error at the beginning shows at once. */
async function started(source: RowSource, where: string): Promise<RowStream> {
  const first = await source.rows.next();
  const header = source.header(first.value);
  if (header === undefined) throw emptyInput(where);
  if (first.done) throw header.headerLine === undefined ? emptyInput(where) : headerOnly(header);
  return { ...header, rows: startingWith(first.value, source.rows) };
}

/** Rows to come, and the header, known once the first row was read. */
interface RowSource {
  readonly rows: AsyncGenerator<Row, undefined>;
  header(first: Row | undefined): TableHeader | undefined;
}

type Opener = (text: AsyncIterableIterator<string>, where: string) => RowSource | Promise<RowSource>;

const openers: Readonly<Record<Exclude<DataFormat, 'parquet'>, Opener>> = {
  csv: async (text, where) => {
    const begun = await upToHeader(text);
    return openCsv(startingWith(begun, text), where, delimiterOf(begun));
  },
  tsv: (text, where) => openCsv(text, where, '\t'),
  jsonl: (text, where) => ({
    rows: jsonRows(text, where),
    header: (first) => first && { where, columns: Object.keys(first.fields) },
  }),
  lines: (text, where) => ({ rows: lineRows(text), header: () => ({ where, columns: [lineColumn] }) }),
};

/** Reads the text up to the end of its header, or to its end. */
async function upToHeader(text: AsyncIterator<string>): Promise<string> {
  let begun = '';
  for (let next = await text.next(); !next.done; next = await text.next()) {
    begun += next.value;
    if (holdsHeader(begun)) break;
  }
  return begun;
}

function openCsv(text: AsyncIterable<string>, where: string, delimiter: string): RowSource {
  const reader = csvReader(where, delimiter);
  return { rows: csvRows(text, reader), header: reader.header };
}

async function* csvRows(
  text: AsyncIterable<string>,
  reader: ReturnType<typeof csvReader>,
): AsyncGenerator<Row, undefined> {
  const parser = parse(reader.options);
  // The loop below throws any error; the callback only keeps `pipeline` from throwing it a second time.
  pipeline(Readable.from(text), parser, () => {});
  try {
    for await (const row of parser) yield row;
  } catch (error) {
    throw reader.explain(error);
  }
}

async function* jsonRows(text: AsyncIterable<string>, where: string): AsyncGenerator<Row, undefined> {
  for await (const line of linesOfChunks(text)) if (!isBlank(line)) yield jsonRow(line, where);
}

async function* lineRows(text: AsyncIterable<string>): AsyncGenerator<Row, undefined> {
  for await (const line of linesOfChunks(text)) yield lineRow(line);
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

/** A table with some of its columns, in its own order; throws AttuneError `DATA_COLUMN_MISSING` for an unknown one. */
function tableOfColumns(table: Table, names: readonly string[]): Table {
  const columns = chosenColumns(table, names);
  return { ...table, columns, rows: table.rows.map((row) => rowOfColumns(row, columns)) };
}

/** As `tableOfColumns`, for a stream. */
function streamOfColumns(stream: RowStream, names: readonly string[]): RowStream {
  const columns = chosenColumns(stream, names);
  return { ...stream, columns, rows: rowsOfColumns(stream.rows, columns) };
}

function chosenColumns(header: TableHeader, names: readonly string[]): string[] {
  for (const name of names) requireColumn(header, name);
  return header.columns.filter((name) => names.includes(name));
}

async function* rowsOfColumns(rows: AsyncIterable<Row>, columns: readonly string[]): AsyncGenerator<Row> {
  for await (const row of rows) yield rowOfColumns(row, columns);
}

function rowOfColumns(row: Row, columns: readonly string[]): Row {
  return { line: row.line, fields: Object.fromEntries(columns.map((name) => [name, field(row, name)])) };
}
