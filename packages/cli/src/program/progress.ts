// Progress of work that counts: a line that is rewritten on a terminal, a line every ten seconds elsewhere, and a count at the end.
import { counted } from '@attune/internal';
import type { OutputStream } from './process';
import { printLine, printStatus } from './terminal';

/** Milliseconds between two lines on a stream that is not a terminal. */
export const lineEvery = 10_000;

interface CounterOptions {
  /** The noun, for `counted`. */
  readonly noun: string;
  /** Past participle of the work: `predicted`. */
  readonly done: string;
  /** Whether nothing is printed, because the output itself shows the progress. */
  readonly isSilent?: boolean;
  /** The clock, in milliseconds; default `performance.now`. */
  readonly now?: () => number;
}

interface Counter {
  add(count: number): void;
  /** Prints the final count. */
  end(): void;
}

/**
 * Prints the progress of work that counts.
 *
 * @example
 * const counter = progressCounter(process.stderr, { noun: 'text', done: 'predicted' });
 * counter.add(2048); // '2,048 texts predicted'
 */
export function progressCounter(
  stream: OutputStream,
  { noun, done, isSilent = false, now = () => performance.now() }: CounterOptions,
): Counter {
  let total = 0;
  let printed = now();
  const line = () => `${counted(total, noun)} ${done}`;
  return {
    add(count) {
      total += count;
      if (isSilent) return;
      if (stream.isTTY) return printStatus(stream, line());
      if (now() - printed < lineEvery) return;
      printed = now();
      printLine(stream, line());
    },
    end() {
      if (!isSilent) printLine(stream, line());
    },
  };
}
