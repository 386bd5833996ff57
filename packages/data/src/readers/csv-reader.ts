// The core of reading CSV, shared by texts and streams: rows from records, the separator, and errors with line and column.

import { AttuneError } from '@attune/internal';
import type { Options, OptionsWithColumns } from 'csv-parse';
import type { Row, TableHeader } from '../table';

/** Turns the records of csv-parse into rows; fed by a whole text or by a stream. */
interface CsvReader {
  readonly options: CsvParseOptions;
  /** The header, once the first record was read. */
  header(): TableHeader | undefined;
  /** An error of csv-parse as an `AttuneError`; any other error unchanged. */
  explain(error: unknown): unknown;
  /** Runs a parse and explains its error. */
  explained<T>(parse: () => T): T;
}

/** A record with its own text, csv-parse's `raw`. */
export interface RawRecord {
  readonly record: string[];
  readonly raw: string;
}

type CsvParseOptions = OptionsWithColumns<Row, RawRecord>;

/** A longer record is taken for an unclosed quote, which would read the rest of the file into one field. */
const maxRecordBytes = 16 * 1024 * 1024;

export function csvReader(where: string, delimiter: string): CsvReader {
  let linesRead = 0;
  let header: TableHeader | undefined;

  // csv-parse's own line numbers count a CRLF inside quotes twice; the raw text of each record has the right number.
  const onRecord = ({ record, raw }: RawRecord): Row | null => {
    const line = linesRead + 1 + countLineEnds(raw.slice(0, raw.search(/[^\r\n]|$/)));
    linesRead += countLineEnds(raw);
    if (header === undefined) {
      header = { where, columns: checkHeader(record, `${where} line ${line}`), headerLine: line };
      return null;
    }
    checkFieldCount(record, header.columns, `${where} line ${line}`);
    return { line, fields: Object.fromEntries(record.map((value, i) => [header?.columns[i], value])) };
  };

  const explain = (error: unknown): unknown =>
    isCsvError(error) ? explainQuote(error, { where, linesRead, columns: header?.columns }) : error;

  const explained = <T>(parse: () => T): T => {
    try {
      return parse();
    } catch (error) {
      throw explain(error);
    }
  };

  return { options: csvOptions(delimiter, onRecord), header: () => header, explain, explained };
}

function csvOptions(delimiter: string, onRecord: CsvParseOptions['on_record']): CsvParseOptions {
  const options: Omit<Options<Row, RawRecord>, 'columns'> = {
    delimiter,
    max_record_size: maxRecordBytes,
    on_record: onRecord,
    raw: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
  };
  // csv-parse's types allow another kind of record only with `columns`; here `on_record` makes it.
  return options as CsvParseOptions;
}

function checkHeader(columns: string[], where: string): string[] {
  const repeated = columns.find((name, i) => columns.indexOf(name) !== i);
  if (repeated === undefined) return columns;
  const positions = columns.flatMap((name, i) => (name === repeated ? [i + 1] : []));
  throw new AttuneError(
    'DATA_COLUMN_DUPLICATE',
    `${where}: expected distinct column names, got ${JSON.stringify(repeated)} as columns ${positions.join(' and ')}; rename all but one`,
  );
}

function checkFieldCount(record: readonly string[], columns: readonly string[], where: string): void {
  if (record.length === columns.length) return;
  const advice =
    record.length > columns.length
      ? 'put a field that contains the separator in double quotes'
      : `add what is missing after ${JSON.stringify(columns[record.length - 1])}, or look for a line break outside quotes`;
  throw new AttuneError(
    'DATA_FIELDS',
    `${where}: expected ${columns.length} fields, as in the header, got ${record.length}; ${advice}`,
  );
}

function isCsvError(error: unknown): error is QuoteProblem {
  return error instanceof Error && 'code' in error && 'raw' in error && typeof error.raw === 'string';
}

/** csv-parse's error about a malformed record: its text so far and the index of the field. */
interface QuoteProblem extends Error {
  readonly code: string;
  readonly raw: string;
  readonly index: number;
}

/** The place of the record. */
interface RecordPlace {
  readonly where: string;
  /** Lines before the record. */
  readonly linesRead: number;
  readonly columns: readonly string[] | undefined;
}

/** csv-parse's error with the line and the column at which the offending quote opened, and the remedy. */
function explainQuote(error: QuoteProblem, place: RecordPlace): AttuneError {
  const opened = place.linesRead + 1 + countLineEnds(error.raw.slice(0, lastOpenQuote(error.raw)));
  const reached = place.linesRead + 1 + countLineEnds(error.raw);
  const name = place.columns?.[error.index];
  const column = name === undefined ? `column ${error.index + 1}` : `column ${JSON.stringify(name)}`;
  return new AttuneError('DATA_QUOTE', `${place.where} line ${opened}, ${column}: ${problemOf(error, reached)}`, {
    cause: error,
  });
}

function problemOf(error: QuoteProblem, reached: number): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'expected a closing quote, got the end of the file; close the quote that opens here';
    case 'CSV_MAX_RECORD_SIZE':
      return `expected a record of at most 16 MiB, got more by line ${reached}; look for a quote that is not closed`;
    case 'CSV_INVALID_CLOSING_QUOTE':
      return (
        `expected a separator or a line end after the quoted field, got more text on line ${reached}; ` +
        'close the quote that opens here, and double every quote inside the field ("")'
      );
    default:
      return 'expected no quote inside an unquoted field, got one; quote the whole field and double the quotes inside ("")';
  }
}

/** Index of the quote that opened last: quotes alternate, and a doubled one closes and opens again in the same field. */
function lastOpenQuote(raw: string): number {
  let open = false;
  let opened = 0;
  for (let i = raw.indexOf('"'); i !== -1; i = raw.indexOf('"', i + 1)) {
    const doubled = !open && i > 0 && raw[i - 1] === '"';
    open = !open;
    if (open && !doubled) opened = i;
  }
  return opened;
}

/** A longer header is taken for one with an open quote. */
const maxHeaderLength = 64 * 1024;

/** The first line that is not blank, as far as the text goes, with the blank lines before it. */
const headerOf = (text: string): string => /^[\r\n]*(?:"[^"]*"|[^"\r\n])*/.exec(text)?.[0] ?? '';

/** Whether the text holds the whole first line that is not blank, or is too long to wait for it. */
export function holdsHeader(text: string): boolean {
  return text.length > maxHeaderLength || /[\r\n]/.test(text.charAt(headerOf(text).length));
}

/**
 * The separator of CSV by its header: a comma, or in a header without one the semicolon (which spreadsheets write where the comma
 * is the decimal sign), tab or bar that it has.
 */
export function delimiterOf(text: string): string {
  const names = headerOf(text.slice(0, maxHeaderLength)).replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t', '|'].find((delimiter) => names.includes(delimiter)) ?? ',';
}

/** Number of line ends in a text; CRLF is one. */
function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
