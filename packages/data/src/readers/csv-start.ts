// The start of CSV: its separator, and where its header begins.
import { type ColumnChoice, chosenColumns } from '../table';

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
export function gives(columns: readonly string[], choose: ColumnChoice): boolean {
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
export function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
