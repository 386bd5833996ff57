import { AttuneError } from '../attune-error';
import { countLineEnds } from './line-ends';

/** What csv-parse tells of a malformed record: its text so far and the index of the field. */
export interface QuoteProblem extends Error {
  code: string;
  raw: string;
  index: number;
}

/** Where the record was found. */
export interface RecordPlace {
  where: string;
  /** Lines before the record. */
  linesRead: number;
  columns: readonly string[] | undefined;
}

/** csv-parse's error with the line and the column at which the offending quote opened, and how to mend it. */
export function explainQuote(error: QuoteProblem, place: RecordPlace): AttuneError {
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
