// The browser build of csv-parse runs in Node too, but carries its own Buffer: it takes twice as long there (measured), so files are
// read through the native build in node/.
import { parse } from 'csv-parse/browser/esm/sync';
import type { Row, Table } from '../table';
import { emptyInput, headerOnly, withoutByteOrderMark } from './bad-input';
import { delimiterOf } from './csv-delimiter';
import { csvReader, type RawRecord } from './csv-reader';

export interface CsvOptions {
  /** How errors name the input; default `CSV`. */
  where?: string;
  /** Default: a comma; where the header has none, the semicolon, tab or bar that it has. */
  delimiter?: string;
}

/**
 * A table of CSV text (RFC 4180) with a header line; quoted fields may hold newlines, blank lines are skipped, lines end in LF, CRLF or CR.
 *
 * Throws AttuneError: `DATA_EMPTY`, `DATA_NO_ROWS`, `DATA_COLUMN_DUPLICATE`, `DATA_FIELDS` (a row with too few or too many fields) and
 * `DATA_QUOTE` (a quote not closed, or inside a field), each with the line.
 * @example parseCsv('text,label\nWelder,23\n').rows[0] // { line: 2, fields: { text: 'Welder', label: '23' } }
 */
export function parseCsv(text: string, { where = 'CSV', delimiter }: CsvOptions = {}): Table {
  const own = withoutByteOrderMark(text);
  const reader = csvReader(where, delimiter ?? delimiterOf(own));
  const rows = reader.explained(() => parse<Row, RawRecord>(own, reader.options));
  const header = reader.header();
  if (header === undefined) throw emptyInput(where);
  if (rows.length === 0) throw headerOnly(header);
  return { ...header, rows, warnings: [] };
}
