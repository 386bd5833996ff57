// CSV in memory. The browser build of csv-parse carries its own Buffer and takes twice as long in Node (measured), so files are read
// through the native build in node/.
import { checkOptions, type TableOf } from '@attune/internal';
import { parse } from 'csv-parse/browser/esm/sync';
import type { Row, Table } from '../table';
import { emptyInput, headerOnly } from '../table';
import { csvReader, type RawRecord } from './csv-reader';
import { startOf } from './csv-start';
import { withoutByteOrderMark } from './lines';

/** Options of `parseCsv`. */
export interface CsvOptions {
  /** Name of the input in errors; default `CSV`. */
  readonly where?: string;
  /** Separator; default that of a first line `sep=;`, otherwise a comma, or in a header without a comma the semicolon, tab or bar in it. */
  readonly delimiter?: string;
}

const csvTable = { where: 'string', delimiter: 'string' } satisfies TableOf<CsvOptions>;

/**
 * Parses CSV text (RFC 4180) with a header line.
 *
 * Quoted fields may contain line breaks, blank lines are skipped, lines end in LF, CRLF or CR (with a warning if others end in LF). Several
 * columns without a name are not read, and empty fields beyond the header are ignored.
 * @throws AttuneError: `DATA_EMPTY`, `DATA_NO_ROWS`, `DATA_COLUMN_DUPLICATE`, `DATA_FIELDS` (a row with too few or too
 * many fields) and `DATA_QUOTE` (a quote not closed, or inside a field), each with the line; `ARGUMENT_INVALID` for an unknown option.
 * @example parseCsv('text,label\nWelder,23\n').rows[0] // { line: 2, fields: { text: 'Welder', label: '23' } }
 */
export function parseCsv(text: string, options: CsvOptions = {}): Table {
  checkOptions('parseCsv', options, csvTable);
  const { where = 'CSV', delimiter } = options;
  const own = withoutByteOrderMark(text);
  const start = startOf(own, { delimiter });
  const reader = csvReader(where, start);
  const body = own.slice(start.length);
  reader.see(body);
  const rows = reader.explained(() => parse<Row, RawRecord>(body, reader.options));
  const header = reader.header();
  if (header === undefined) throw emptyInput(where);
  if (rows.length === 0) throw headerOnly(header);
  return { ...header, rows, warnings: reader.warnings() };
}

/**
 * Writes rows as CSV text (RFC 4180, lines end in LF), with the keys of all rows as header. A value that is missing, null or undefined is an empty field,
 * a date is ISO 8601, another object or a list is JSON. A single empty field is written as
 * `""`, because readers skip empty lines.
 *
 * @example csvText([{ line: 2, text: 'a, "b"' }]) // 'line,text\n2,"a, ""b"""\n'
 */
export function csvText(rows: readonly object[]): string {
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cellsOf = (row: object) => header.map((key) => (row as Readonly<Record<string, unknown>>)[key] ?? '');
  const lines = [header, ...rows.map(cellsOf)];
  return lines.map((cells) => `${cells.length === 1 && cells[0] === '' ? '""' : cells.map(quoted).join()}\n`).join('');
}

function quoted(value: unknown): string {
  const isTime = value instanceof Date && !Number.isNaN(value.getTime());
  const text = isTime ? value.toISOString() : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
