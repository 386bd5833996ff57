// Errors about quotes in CSV, with the line and the column at which the quote opened.
import { AttuneError } from '@attune/internal';
import { countLineEnds } from './csv-start';

export function isCsvError(error: unknown): error is QuoteProblem {
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
  /** Whether fields are separated by tabs: then quotes are often part of the text. */
  readonly isTabs: boolean;
}

/** The command that quotes all fields of a file in which quotes are part of the text. */
export const quotingCommand = (where: string): string => `sed 's/"/""/g; s/[^\\t]*/"&"/g' ${where} > quoted.tsv`;

/** csv-parse's error with the line and column at which the offending quote opened, and the fix. */
export function explainQuote(error: QuoteProblem, place: RecordPlace): AttuneError {
  const opened = place.linesRead + 1 + countLineEnds(error.raw.slice(0, lastOpenQuote(error.raw)));
  const reached = place.linesRead + 1 + countLineEnds(error.raw);
  const name = place.columns?.[error.index];
  const column = name === undefined ? `column ${error.index + 1}` : `column ${JSON.stringify(name)}`;
  const orAll = place.isTabs ? `; if quotes are text in the whole file: ${quotingCommand(place.where)}` : '';
  const problem = `${problemOf(error, reached)}${orAll}`;
  return new AttuneError('DATA_QUOTE', `${place.where} line ${opened}, ${column}: ${problem}`, { cause: error });
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
