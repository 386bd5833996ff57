// The core of reading CSV, shared by texts and streams: rows from records, the separator, and errors with line and column.

import { AttuneError, counted } from '@attune/internal';
import type { Options, OptionsWithColumns } from 'csv-parse';
import { type ColumnChoice, chosenColumns, type Row, type TableHeader } from '../table';
import { bareReturns } from './bare-returns';
import { explainQuote, isCsvError, quotingCommand } from './csv-quotes';
import { countLineEnds, gives } from './csv-start';

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
  const isTabs = delimiter === '\t';
  const joined: number[] = [];

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
    if (isTabs && record.some((value) => /\t/.test(value) && /[\r\n]/.test(value))) joined.push(line);
    return { line, fields: Object.fromEntries(columns.chosen.map(({ name, at }) => [name, record[at] ?? ''])) };
  };

  const explain = (error: unknown): unknown =>
    isCsvError(error) ? explainQuote(error, { where, linesRead, columns: columns?.names, isTabs }) : error;

  const explained = <T>(parse: () => T): T => {
    try {
      return parse();
    } catch (error) {
      throw explain(error);
    }
  };

  const options = csvOptions(delimiter, onRecord);
  const { see } = returns;
  const warnings = () => [...returns.warnings(), ...(joined.length > 0 ? [joinedNote(where, joined)] : [])];
  return { options, header: () => columns?.header, see, warnings, explain, explained };
}

/** A note on quoted fields that may be several rows, where quotes are part of the text. */
const joinedNote = (where: string, [first, ...others]: readonly number[]): string =>
  `${where} line ${first}${others.length > 0 ? ` and ${counted(others.length, 'more row')}` : ''}: a quoted field has tabs and line breaks, and is read as one; if quotes are text in this file: ${quotingCommand(where)}`;

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
