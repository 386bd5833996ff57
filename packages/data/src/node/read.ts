// Tables in files: the format by extension, rows in a stream or at once, and selected columns.

import { AttuneError } from '@attune/internal';
import { decodeText } from '../readers/encoding';
import { jsonlTable } from '../readers/jsonl';
import {
  type ColumnChoice,
  chosenColumns,
  emptyInput,
  headerOnly,
  type Row,
  type RowStream,
  type Table,
} from '../table';
import { fileAccess, fileBytes, streamAccess } from './bytes';
import { extensionOf, isGzip } from './extension';
import { openParquet } from './parquet/rows';
import { countingEmpty, openers, type RowSource, startingWith } from './sources';

/** Format of a file of rows. */
export type DataFormat = 'csv' | 'tsv' | 'jsonl' | 'json' | 'parquet' | 'lines';

/** Options of `readRows` and `readTable`. */
export interface ReadOptions {
  /** Format of the file; default by the extension; lines for standard input. */
  readonly format?: DataFormat;
  /**
   * Columns to keep, in the order of the file, or a function that chooses them by the header; default all. Other columns are not read or checked: they may have
   * duplicate or no names in CSV, or contain bytes in Parquet.
   */
  readonly columns?: ColumnChoice;
  /** Columns whose missing and empty values are counted in `warnings`, for JSON and Parquet; default `columns`. */
  readonly counted?: ColumnChoice;
  /** Whether rows of JSON also have `values`, the parsed object; for `readRows`. Default false. */
  readonly values?: boolean;
  /** Separator of CSV or TSV; default as in `parseCsv`: by a first line `sep=;` or by the header; tab for TSV. */
  readonly delimiter?: string;
  /** Input for the path `-`; default the standard input of the process. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/**
 * Opens a file, or standard input (`-`), and reads rows while they are iterated.
 *
 * The input is not held in memory, except for one row group of Parquet at a time, or a whole Parquet file from standard input.
 * Resolves after the first row was read, so that a wrong path, an empty file or an unknown column is reported early.
 * For JSON lines, the columns are the keys of the first object, or the chosen ones; any object may lack some of them.
 * @throws AttuneError as `readTable`; for an error in a later row, when that row is reached.
 * @example
 * const stream = await readRows('new.csv');
 * const text = textTemplate('description', stream);
 * for await (const row of stream.rows) console.log(row.line, text(row));
 */
export async function readRows(path: string, options: ReadOptions = {}): Promise<RowStream> {
  return openRows(path, options);
}

/**
 * Reads a whole CSV, TSV, JSON lines, JSON, Parquet or plain text file, or standard input (`-`), into memory.
 *
 * CSV is read as by `parseCsv`, JSON lines as by `parseJsonl`, lines as by `parseLines`, or as fastText if the first line begins with `__label__` (columns `label` and `text`). A name that ends in `.gz` is unpacked. JSON is an array of objects, or of strings, which become the column
 * `text`. In Parquet the `line` of a row is its number from 1; null becomes the empty string, a date or time ISO 8601, a nested value
 * JSON, a decimal a double.
 * @throws AttuneError with the file and, if known, line (or row group) and column: `DATA_NOT_FOUND`,
 * `DATA_UNREADABLE`, `DATA_FORMAT`, `DATA_ENCODING`, `DATA_EMPTY`, `DATA_NO_ROWS`, `DATA_COLUMN_MISSING` (for
 * `columns`), `DATA_COLUMN_DUPLICATE`, `DATA_FIELDS`, `DATA_QUOTE`, `DATA_JSON`, `DATA_PARQUET`.
 * @example column(await readTable('jobs.csv'), 'title') // ['Welder', …]
 */
export async function readTable(path: string, options: ReadOptions = {}): Promise<Table> {
  const { format = formatOf(path), columns: choose, counted: count } = options;
  // A later object may have new keys, so the columns are known only at the end.
  const isObjects = format === 'jsonl' || format === 'json';
  const whole = { ...options, values: undefined };
  const all = { ...whole, columns: undefined, counted: undefined };
  const { rows: source, ...header } = await openRows(path, isObjects ? all : whole);
  const rows: Row[] = [];
  for await (const row of source) rows.push(row);
  if (isObjects) return withWarnings(jsonlTable(rows, header.where, { columns: choose, counted: count }));
  if (format === 'parquet' && choose === undefined)
    return { ...header, ...withWarnings(jsonlTable(rows, header.where, { counted: count })) };
  return { ...header, rows, warnings: [...header.warnings] };

  /** A table with the warnings of its source too. */
  function withWarnings(table: Table): Table {
    return { ...table, warnings: [...new Set([...header.warnings, ...table.warnings])] };
  }
}

const formatOfExtension: Readonly<Record<string, DataFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.parquet': 'parquet',
  '.txt': 'lines',
};

/**
 * The format by the extension of a path, ignoring case and `.gz`; plain lines for `-`, standard input.
 *
 * @throws AttuneError `DATA_FORMAT` for another extension.
 */
function formatOf(path: string): DataFormat {
  if (path === '-') return 'lines';
  const extension = extensionOf(path);
  const format = Object.hasOwn(formatOfExtension, extension) ? formatOfExtension[extension] : undefined;
  if (format !== undefined) return format;
  throw new AttuneError(
    'DATA_FORMAT',
    `${path}: expected one of the extensions ${Object.keys(formatOfExtension).join(', ')}, got ${extension === '' ? 'none' : `"${extension}"`}; ` +
      (/^\.(zip|zst|bz2|xz|7z|tar|tgz|rar)$/.test(extension)
        ? 'unpack it, or pack it with gzip'
        : 'state the format: csv, tsv, jsonl, parquet or lines, or json'),
  );
}

/** The rows with all columns, or only the chosen ones. */
async function openRows(path: string, { format = formatOf(path), ...options }: ReadOptions): Promise<RowStream> {
  const where = path === '-' ? 'standard input' : path;
  const { columns: choose, counted: count, values, delimiter } = options;
  if (delimiter !== undefined && format !== 'csv' && format !== 'tsv')
    throw new AttuneError(
      'DATA_FORMAT',
      `${where}: delimiter expected the format csv, got ${format}; remove delimiter (--delimiter)`,
    );
  const bytes = () => (path === '-' ? (options.stdin ?? process.stdin) : fileBytes(path));
  if (format !== 'parquet')
    return started(
      await openers[format](decodeText(bytes(), where), { where, choose, counted: count, values, delimiter }),
      where,
    );
  if (isGzip(path))
    throw new AttuneError(
      'DATA_FORMAT',
      `${path}: expected Parquet, which is packed inside, got gzip; unpack it: gunzip ${path}`,
    );
  const file = path === '-' ? await streamAccess(bytes()) : await fileAccess(path);
  const { header, rows } = await openParquet(file, { where, choose });
  const warnings: string[] = [];
  const { columns } = header;
  const counting = { where, columns, counted: count && chosenColumns(header, count), warnings };
  return started({ rows: choose ? countingEmpty(rows, counting) : rows, header: () => header, warnings }, where);
}

/** Reads the first row, so that an error at the beginning is reported at once. */
async function started(source: RowSource, where: string): Promise<RowStream> {
  const first = await source.rows.next();
  const header = source.header(first.value);
  if (header === undefined) throw emptyInput(where);
  if (first.done) throw header.headerLine === undefined ? emptyInput(where) : headerOnly(header);
  return { ...header, rows: startingWith(first.value, source.rows), warnings: source.warnings };
}
