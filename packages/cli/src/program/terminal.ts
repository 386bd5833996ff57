// Text on a terminal: lines, a status line that is rewritten, tables, and output that waits for its reader.
import { styleText } from 'node:util';
import { unwritable } from '@attune/internal/node';
import type { OutputStream } from './process';

const eraseLine = '\x1b[K';

/** Characters that move a cursor, change a title or reorder a line: all controls except tab and line feed. */
const controls = /(?![\t\n])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Escapes control characters of untrusted text, such as labels and names, for a terminal. They are escaped as in JSON, so that JSON stays
 * equivalent.
 *
 * @example
 * visible('a\x1b[2Jb'); // 'a\\u001b[2Jb'
 */
export function visible(text: string): string {
  return text.replace(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Prints a line, which replaces the status line if one is shown.
 *
 * @example printLine(process.stdout, table(rows));
 */
export function printLine(stream: OutputStream, text: string): void {
  writeLine(stream, visible(text));
}

function writeLine(stream: OutputStream, text: string): void {
  stream.write(`${stream.isTTY ? eraseLine : ''}${text}\n`);
}

/**
 * Shows a line that the next line replaces. Prints nothing on a stream that is not a terminal.
 *
 * The cursor stays at the start of the line, so that later output overwrites it.
 * @example printStatus(process.stderr, `${done} of ${total} texts`);
 */
export function printStatus(stream: OutputStream, text: string): void {
  if (stream.isTTY) stream.write(`${visible(text).slice(0, (stream.columns || 80) - 1)}${eraseLine}\r`);
}

/**
 * Prints a line that begins with `note:`, in yellow on a terminal.
 *
 * @example printNote(process.stderr, '3 empty texts dropped');
 */
export function printNote(stream: OutputStream, text: string): void {
  writeLine(stream, `${colored('yellow', 'note:', stream)} ${visible(text)}`);
}

/**
 * Prints the reason of a failure after `attune:`, in red on a terminal.
 *
 * @example printFailure(process.stderr, 'no data: pass --data');
 */
export function printFailure(stream: OutputStream, text: string): void {
  writeLine(stream, `${colored('red', 'attune:', stream)} ${visible(text)}`);
}

/** Colors text where the terminal shows colors. */
function colored(color: 'yellow' | 'red', text: string, stream: OutputStream): string {
  return styleText(color, text, { stream: stream as NodeJS.WriteStream });
}

/** The reader of the output has closed it, as `head` does. This is not a failure. */
export class OutputClosed extends Error {
  constructor(cause: Error) {
    super('the output was closed', { cause });
    this.name = 'OutputClosed';
  }
}

const closedCodes = ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'];

/**
 * Writes text and waits until it is written, so that a slow reader slows down the writer instead of filling memory.
 *
 * @param options `isRaw` writes control characters unchanged, for example into a file; otherwise as `visible` does
 * @throws OutputClosed when the reader has closed the output
 */
export function writeText(
  stream: OutputStream,
  text: string,
  { isRaw = false, name = 'standard output' }: { readonly isRaw?: boolean; readonly name?: string } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(isRaw ? text : visible(text), (error) => {
      if (!error) resolve();
      else
        reject(
          closedCodes.includes((error as NodeJS.ErrnoException).code ?? '')
            ? new OutputClosed(error)
            : unwritable(name, error),
        );
    });
  });
}

/**
 * Formats rows as aligned columns, the first to the left and the others, which are numbers, to the right.
 *
 * @example table([['', 'accuracy'], ['model', '0.8120']]) // '       accuracy\nmodel    0.8120'
 */
export function table(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map((text) => visible(text).replace(/[\t\n]/g, ' ')));
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const cell = (text: string, i: number) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}
