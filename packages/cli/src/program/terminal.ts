// Text on a terminal: lines, a status line that is rewritten, tables, and output that waits for its reader.
import { styleText } from 'node:util';
import type { OutputStream } from './process';

const eraseLine = '\x1b[K';

/** Prints a line, over the status if one is shown. */
export function printLine(stream: OutputStream, text: string): void {
  stream.write(`${stream.isTTY ? eraseLine : ''}${text}\n`);
}

/**
 * Shows a line that the next one, whatever prints it, takes the place of; nothing where the stream is no terminal.
 *
 * The cursor is left at the line's start, so that nobody has to remember that it is there.
 */
export function printStatus(stream: OutputStream, text: string): void {
  if (stream.isTTY) stream.write(`${text.slice(0, (stream.columns ?? 80) - 1)}${eraseLine}\r`);
}

/** Prints what the user should know. */
export function printNote(stream: OutputStream, text: string): void {
  printLine(stream, `${colored('yellow', 'note:', stream)} ${text}`);
}

/** Prints why the command fails. */
export function printFailure(stream: OutputStream, text: string): void {
  printLine(stream, `${colored('red', 'attune:', stream)} ${text}`);
}

/** In color where the stream is a terminal that shows it. */
function colored(color: 'yellow' | 'red', text: string, stream: OutputStream): string {
  return styleText(color, text, { stream: stream as NodeJS.WriteStream });
}

/** Whoever read our output has closed it, as `head` does: no failure, but nothing more to do. */
export class OutputClosed extends Error {
  constructor(cause: Error) {
    super('the output was closed', { cause });
    this.name = 'OutputClosed';
  }
}

const closedCodes = ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'];

/**
 * Writes text and waits until it is taken, so that a slow reader slows us down instead of filling the memory.
 *
 * @throws OutputClosed when nobody reads any more
 */
export function writeText(stream: OutputStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve();
      else reject(closedCodes.includes((error as NodeJS.ErrnoException).code ?? '') ? new OutputClosed(error) : error);
    });
  });
}

/**
 * Rows as aligned columns: the first to the left, the others, which are numbers, to the right.
 *
 * @example table([['', 'accuracy'], ['model', '0.8120']]) // '       accuracy\nmodel    0.8120'
 */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const cell = (text: string, i: number) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/** `1 text`, `1,234 texts`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
