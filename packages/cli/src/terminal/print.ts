import { styleText } from 'node:util';
import type { OutputStream } from '../io';

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
