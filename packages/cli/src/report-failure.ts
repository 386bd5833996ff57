import { CommanderError } from 'commander';
import { Interrupted } from './interrupt';
import type { Io } from './io';
import { printFailure, printLine } from './terminal/print';
import { OutputClosed } from './terminal/write-text';
import { UsageError } from './usage-error';

/** Says on stderr why a command ended, and with which code it exits: 0, 1 (failed), 2 (usage), 130 or 143. */
export function reportFailure(error: unknown, { stderr, env }: Pick<Io, 'stderr' | 'env'>): number {
  if (error instanceof OutputClosed) return 0;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has said why
  const message = error instanceof Error ? error.message : String(error);
  for (const line of message.split('\n')) printFailure(stderr, line);
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof UsageError) {
    printLine(stderr, '(--help lists what there is)');
    return 2;
  }
  if (env.ATTUNE_DEBUG === '1' && error instanceof Error) printLine(stderr, stackOf(error));
  return 1;
}

/** The stacks of an error and its causes. */
function stackOf(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}
