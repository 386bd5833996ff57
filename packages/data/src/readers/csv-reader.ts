import type { Options, OptionsWithColumns } from 'csv-parse';
import { AttuneError } from '../attune-error';
import type { Row, TableHeader } from '../table';
import { explainQuote, type QuoteProblem } from './csv-quotes';
import { countLineEnds } from './line-ends';

/** What turns csv-parse's records into rows, for whoever feeds it: a whole text or a stream. */
export interface CsvReader {
  options: CsvParseOptions;
  /** The header, once the first record was read. */
  header(): TableHeader | undefined;
  /** csv-parse's error as a user should read it; any other error unchanged. */
  explain(error: unknown): unknown;
  /** Runs a parse and explains its error. */
  explained<T>(parse: () => T): T;
}

/** A record with its own text, as csv-parse gives it under `raw`. */
export interface RawRecord {
  record: string[];
  raw: string;
}

type CsvParseOptions = OptionsWithColumns<Row, RawRecord>;

/** Longer records are taken for an unclosed quote, which would else read the rest of the file into one field. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

export function csvReader(where: string, delimiter: string): CsvReader {
  let linesRead = 0;
  let header: TableHeader | undefined;

  // csv-parse's own line numbers count a CRLF inside quotes twice; the raw text of each record does not lie.
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
    max_record_size: MAX_RECORD_BYTES,
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
