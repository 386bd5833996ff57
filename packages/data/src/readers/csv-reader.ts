// The core of reading CSV, shared by texts and streams: rows from records, the separator, and errors with line and column.

import { AttuneError } from '@attune/internal';
import type { Options, OptionsWithColumns } from 'csv-parse';
import { type ColumnChoice, chosenColumns, type Row, type TableHeader } from '../table';
import { bareReturns } from './bare-returns';

/** Converts the records of csv-parse to rows, from a whole text or a stream. */
interface CsvReader {
  readonly options: CsvParseOptions;
  /** The header, once the first record was read. */
  header(): TableHeader | undefined;
  /** Must receive the text before it is parsed. */
  see(text: string): void;
  /** Notes for the user about the text. */
  warnings(): string[];
  /** Converts an error of csv-parse to an `AttuneError`; returns other errors unchanged. */
  explain(error: unknown): unknown;
  /** Runs a parse and converts its errors. */
  explained<T>(parse: () => T): T;
}

interface CsvReaderOptions {
  readonly delimiter: string;
  /** Chooses the columns to keep; default all. */
  readonly choose?: ColumnChoice;
  /** Lines before the text. */
  readonly linesBefore?: number;
}

/** A record with its source text, csv-parse's `raw`. */
export interface RawRecord {
  readonly record: string[];
  readonly raw: string;
}

type CsvParseOptions = OptionsWithColumns<Row, RawRecord>;

/** A longer record is treated as an unclosed quote, which would read the rest of the file into one field. */
const maxRecordBytes = 16 * 1024 * 1024;

export function csvReader(where: string, { delimiter, choose, linesBefore = 0 }: CsvReaderOptions): CsvReader {
  let linesRead = linesBefore;
  let columns: CsvColumns | undefined;
  const returns = bareReturns(where, linesBefore);

  // csv-parse's own line numbers count a CRLF inside quotes twice; the raw text of each record has the right number.
  const onRecord = ({ record, raw }: RawRecord): Row | null => {
    const line = linesRead + 1 + countLineEnds(raw.slice(0, raw.search(/[^\r\n]|$/)));
    linesRead += countLineEnds(raw);
    if (columns === undefined) {
      columns = columnsOf(record, { where, line, choose });
      return null;
    }
    checkFieldCount(record, columns.names, {
      where: `${where} line ${line}`,
      isCut: returns.isAt(line) || returns.isAt(line - 1),
    });
    return { line, fields: Object.fromEntries(columns.chosen.map(({ name, at }) => [name, record[at] ?? ''])) };
  };

  const explain = (error: unknown): unknown =>
    isCsvError(error) ? explainQuote(error, { where, linesRead, columns: columns?.names }) : error;

  const explained = <T>(parse: () => T): T => {
    try {
      return parse();
    } catch (error) {
      throw explain(error);
    }
  };

  const options = csvOptions(delimiter, onRecord);
  const { see, warnings } = returns;
  return { options, header: () => columns?.header, see, warnings, explain, explained };
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
  // csv-parse's types allow this kind of record only with `columns`; here `on_record` makes it.
  return options as CsvParseOptions;
}

/** The columns of a file: all names, and the kept ones. */
interface CsvColumns {
  readonly names: readonly string[];
  readonly chosen: readonly { readonly name: string; readonly at: number }[];
  readonly header: TableHeader;
}

interface HeaderPlace {
  readonly where: string;
  readonly line: number;
  readonly choose?: ColumnChoice;
}

/**
 * Kept columns need distinct names. Several columns without a name cannot be selected. Names are trimmed,
 * unless a chosen name exists only untrimmed.
 */
function columnsOf(written: readonly string[], { where, line, choose }: HeaderPlace): CsvColumns {
  const names = choose === undefined || gives(written, choose) ? written : written.map((name) => name.trim());
  const isOnce = (name: string) => names.indexOf(name) === names.lastIndexOf(name);
  const all = [...new Set(names)].filter((name) => name !== '' || isOnce(name));
  const header = { where, columns: all, headerLine: line };
  const kept = choose === undefined ? all : chosenColumns(header, choose);
  const repeated = kept.find((name) => !isOnce(name));
  if (repeated !== undefined) {
    const positions = names.flatMap((name, i) => (name === repeated ? [i + 1] : []));
    throw new AttuneError(
      'DATA_COLUMN_DUPLICATE',
      `${where} line ${line}: expected distinct column names, got ${JSON.stringify(repeated)} as columns ${positions.join(' and ')}; rename all but one`,
    );
  }
  return {
    names,
    chosen: kept.map((name) => ({ name, at: names.indexOf(name) })),
    header: { ...header, columns: kept },
  };
}

interface RecordFacts {
  readonly where: string;
  /** Whether a lone carriage return ends this record or the one before, while other lines end in LF. */
  readonly isCut: boolean;
}

/** Fields beyond the header may be empty, and trailing fields of unnamed columns may be missing. */
function checkFieldCount(record: readonly string[], columns: readonly string[], { where, isCut }: RecordFacts): void {
  if (record.slice(columns.length).every((value) => value.trim() === '')) {
    if (columns.slice(record.length).every((name) => name === '')) return;
  }
  const advice = isCut
    ? 'a lone carriage return (CR) ends the row here: put the field that contains it in double quotes, or remove it'
    : record.length > columns.length
      ? 'put a field that contains the separator in double quotes'
      : `add the missing fields after ${JSON.stringify(columns[record.length - 1])}, or look for a line break outside quotes`;
  throw new AttuneError(
    'DATA_FIELDS',
    `${where}: expected ${columns.length} fields, as in the header, got ${record.length}; ${advice}`,
  );
}

function isCsvError(error: unknown): error is QuoteProblem {
  return error instanceof Error && 'code' in error && 'raw' in error && typeof error.raw === 'string';
}

/** csv-parse's error for a malformed record, with its text so far and the index of the field. */
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

/** csv-parse's error with the line and column at which the offending quote opened, and the fix. */
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
      return `expected a record of at most 16 MiB, got more by line ${reached}; look for an unclosed quote`;
    case 'CSV_INVALID_CLOSING_QUOTE':
      return (
        `expected a separator or a line end after the quoted field, got more text on line ${reached}; ` +
        'close the quote that opens here, and double every quote inside the field ("")'
      );
    default:
      return 'expected no quote inside an unquoted field, got one; quote the whole field and double the quotes inside ("")';
  }
}

/** Index of the last opening quote: quotes alternate, and a doubled quote closes and reopens the same field. */
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

/** A longer header is treated as one with an unclosed quote. */
const maxHeaderLength = 64 * 1024;

/** The first line that is not blank, if complete, with the blank lines before it. */
const headerOf = (text: string): string => /^[\r\n]*(?:"[^"]*"|[^"\r\n])*/.exec(text)?.[0] ?? '';

/** The line `sep=;`, in which spreadsheets declare the separator, and its end. */
const separatorLine = /^[\r\n]*"?sep=([^"\r\n])"?(?:\r\n|\n|\r)/i;

/** Whether the text contains the whole first line that is neither blank nor a separator line, or is too long to wait for it. */
export function holdsHeader(text: string): boolean {
  if (text.length > maxHeaderLength) return true;
  const own = text.slice(separatorLine.exec(text)?.[0].length ?? 0);
  return /[\r\n]/.test(own.charAt(headerOf(own).length));
}

/** Start of CSV: its separator, and the text before its header. */
interface CsvStart {
  readonly delimiter: string;
  /** Length and number of lines before the table. */
  readonly length: number;
  readonly linesBefore: number;
}

interface StartOptions {
  /** The separator, if the caller passes it. */
  readonly delimiter?: string;
  readonly choose?: ColumnChoice;
}

/**
 * The start of CSV. The separator is that of the caller or of a line `sep=;`; otherwise, a comma if the header has one, or the
 * semicolon (which spreadsheets write if the comma is the decimal sign), tab or bar in the header; or another of these if only it
 * gives the chosen columns.
 */
export function startOf(text: string, { delimiter, choose }: StartOptions): CsvStart {
  const [line = '', stated] = separatorLine.exec(text) ?? [];
  const place = { length: line.length, linesBefore: countLineEnds(line) };
  const header = headerOf(text.slice(line.length, line.length + maxHeaderLength)).replace(/^[\r\n]+/, '');
  return { ...place, delimiter: delimiter ?? stated ?? delimiterOf(header, choose) };
}

function delimiterOf(header: string, choose: ColumnChoice | undefined): string {
  const names = header.replaceAll(/"[^"]*"/g, '');
  const [usual = ',', ...others] = [',', ';', '\t', '|'].filter((delimiter) => names.includes(delimiter));
  if (choose === undefined || others.length === 0) return usual;
  const found = [usual, ...others].find((delimiter) => {
    const columns = namesIn(header, delimiter);
    return (
      gives(columns, choose) ||
      gives(
        columns.map((name) => name.trim()),
        choose,
      )
    );
  });
  return found ?? usual;
}

/** Whether a header has the chosen columns. */
function gives(columns: readonly string[], choose: ColumnChoice): boolean {
  try {
    chosenColumns({ where: '', columns }, choose);
    return true;
  } catch {
    return false;
  }
}

/** The column names of a header with a given separator. */
function namesIn(header: string, delimiter: string): string[] {
  const names = [''];
  for (const [part] of header.matchAll(/"(?:[^"]|"")*"|[^"]/g))
    if (part === delimiter) names.push('');
    else names.push(`${names.pop()}${part.length > 1 ? part.slice(1, -1).replaceAll('""', '"') : part}`);
  return names;
}

/** Number of line ends in a text; CRLF is one. */
function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
