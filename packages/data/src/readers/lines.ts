import type { Row, Table } from '../table';
import { emptyInput } from '../table';

/** Column name of plain lines. */
export const lineColumn = 'text';

/** A line of the input, without its end. */
export interface Line {
  readonly line: number;
  readonly text: string;
}

/**
 * Parses plain lines: one row per line, including blank ones, in the column `text`.
 *
 * Lines end in LF or CRLF; a line end after the last line adds no row.
 * @throws AttuneError `DATA_EMPTY` if there is no line.
 */
export function parseLines(
  text: string,
  {
    where = 'text',
  }: {
    /** Name of the input in errors; default `text`. */
    where?: string;
  } = {},
): Table {
  const rows = Array.from(linesOfText(text), lineRow);
  if (rows.length === 0) throw emptyInput(where);
  return { where, columns: [lineColumn], rows, warnings: [] };
}

/** A row of one line. */
export function lineRow({ line, text }: Line): Row {
  return { line, fields: { [lineColumn]: text } };
}

/** The lines of a whole text. */
export function* linesOfText(text: string): Generator<Line> {
  const lines = withoutByteOrderMark(text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [i, line] of lines.entries()) yield { line: i + 1, text: withoutReturn(line) };
}

/** The lines of a text that arrives in pieces. */
export async function* linesOfChunks(chunks: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest: string[] = [];
  let line = 1;
  for await (const chunk of chunks) {
    const [first, ...others] = chunk.split('\n');
    rest.push(first);
    for (const next of others) {
      yield { line: line++, text: withoutReturn(rest.join('')) };
      rest = [next];
    }
  }
  const last = rest.join('');
  if (last !== '') yield { line, text: withoutReturn(last) };
}

/** The text with LF at every line end, also for lone carriage returns. */
export async function* withLineFeeds(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const chunk of chunks) {
    const text = `${held}${chunk}`;
    held = text.endsWith('\r') ? '\r' : '';
    yield text.includes('\r') ? text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n') : text;
  }
  if (held !== '') yield '\n';
}

/** Number of UTF-16 units within which the first line must end. */
const firstLine = 2 ** 16;

/** Whether enough of a text has been read to know its line ends. */
export const tellsLineEnds = (begun: string): boolean => begun.includes('\n') || begun.length > firstLine;

/** Whether a text begins with lines that end in a lone carriage return, and none in LF. */
export function endsInReturns(begun: string): boolean {
  const start = begun.slice(0, firstLine);
  return !start.includes('\n') && /\r./s.test(start);
}

/** Note for a text whose lines end in a lone carriage return. */
export const returnsNote = (where: string, unit: string): string =>
  `${where}: lines end in a lone carriage return (CR); each is ${unit}`;

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** The text without a byte order mark, which is not part of the first column's name. */
export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
