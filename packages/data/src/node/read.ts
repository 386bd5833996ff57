import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { emptyInput, headerOnly } from '../readers/bad-input';
import { delimiterOf, holdsHeader } from '../readers/csv-delimiter';
import { csvReader } from '../readers/csv-reader';
import { isBlank, jsonlTable, jsonRow } from '../readers/jsonl';
import { LINE_COLUMN, lineRow, linesOfChunks } from '../readers/lines';
import { decodeUtf8 } from '../readers/utf8';
import type { Row, RowStream, Table, TableHeader } from '../table';
import { fileBytes } from './bytes';
import { type DataFormat, formatOf } from './format';
import { fileAccess, streamAccess } from './parquet/random-access';
import { openParquet } from './parquet/rows';
import { streamOfColumns, tableOfColumns } from './some-columns';

export interface ReadOptions {
  /** Default: what the extension says; lines for standard input. */
  format?: DataFormat;
  /** The only columns that rows are to have, in the file's order; default all. Of Parquet nothing else is read. */
  columns?: readonly string[];
  /** What `-` reads; default the process's standard input. */
  stdin?: AsyncIterable<Uint8Array>;
}

/**
 * Opens a file, or standard input (`-`), whose rows are then read as they are asked for: the input is never held in memory, but for a row group of
 * Parquet at a time, and all of a Parquet file that comes by standard input.
 *
 * Resolves when the first row was read, so that a wrong path, an empty file or an unknown column shows before any work. Of JSON lines, `columns` are
 * the first object's keys. Throws AttuneError as `readTable`; an error further down is thrown when its row is reached.
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
 * CSV as `parseCsv`, JSON lines as `parseJsonl`, lines as `parseLines`. Of Parquet a row's `line` is its number from 1; null becomes the empty
 * string, a date or time ISO 8601, a nested value its JSON, decimals what a double holds of them. Throws AttuneError, naming the file and where
 * it applies the line (or row group) and column: `DATA_NOT_FOUND`, `DATA_UNREADABLE`, `DATA_FORMAT`, `DATA_ENCODING`, `DATA_EMPTY`, `DATA_NO_ROWS`,
 * `DATA_COLUMN_MISSING` (for `columns`), `DATA_COLUMN_DUPLICATE`, `DATA_FIELDS`, `DATA_QUOTE`, `DATA_JSON`, `DATA_PARQUET`.
 * @example column(await readTable('jobs.csv'), 'title') // ['Welder', …]
 */
export async function readTable(path: string, options: ReadOptions = {}): Promise<Table> {
  const { rows: source, ...header } = await openRows(path, options);
  const rows: Row[] = [];
  for await (const row of source) rows.push(row);
  const format = options.format ?? formatOf(path);
  // In these a value may be missing, which is told.
  const mayMiss = format === 'jsonl' || format === 'parquet';
  const table = mayMiss ? jsonlTable(rows, header.where) : { ...header, rows, warnings: [] };
  return options.columns === undefined ? table : tableOfColumns(table, options.columns);
}

/** All columns, but for Parquet, which leaves out what is not wanted before it is decoded. */
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

/** Reads the first row, so that what is wrong at the beginning shows at once. */
async function started(source: RowSource, where: string): Promise<RowStream> {
  const first = await source.rows.next();
  const header = source.header(first.value);
  if (header === undefined) throw emptyInput(where);
  if (first.done) throw header.headerLine === undefined ? emptyInput(where) : headerOnly(header);
  return { ...header, rows: startingWith(first.value, source.rows) };
}

/** Rows to come, and the header, known from the first of them on. */
interface RowSource {
  rows: AsyncGenerator<Row, undefined>;
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
  lines: (text, where) => ({ rows: lineRows(text), header: () => ({ where, columns: [LINE_COLUMN] }) }),
};

/** Takes of the text what its header stands in, or all that there is. */
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
  // The loop below throws what goes wrong; the callback only keeps `pipeline` from throwing it a second time.
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
