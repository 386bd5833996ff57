import type { PushProgress } from '@attune/models/node';
import type { OutputStream } from '../io';
import { printLine, printStatus } from '../terminal/print';

/** Prints how an upload goes: a line for every file that is through and, on a terminal, how far a large one is. */
export function pushListener(stream: OutputStream): (progress: PushProgress) => void {
  let status = '';
  return ({ file, sent, size }) => {
    if (sent === size) return printLine(stream, `${file}  ${bytes(size)}`);
    const next = `${file}  ${Math.floor((100 * sent) / size)} % of ${bytes(size)}`;
    if (next === status) return;
    status = next;
    printStatus(stream, status);
  };
}

/** `812 B`, `4.1 kB`, `90.9 MB`, `1.3 GB`. */
function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const power = Math.min(Math.floor(Math.log10(count) / 3), 3);
  return `${(count / 1000 ** power).toFixed(1)} ${['', 'kB', 'MB', 'GB'][power]}`;
}
