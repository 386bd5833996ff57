// How a program fails: errors of usage, the lines on stderr and the exit code.
import { CommanderError } from 'commander';
import { Interrupted, type Io } from './process';
import { OutputClosed, printFailure, printLine } from './terminal';

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

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

/** What of a process is used: `process` will do. */
export interface FailingProcess extends Pick<Io, 'env' | 'stderr'> {
  exit(code: number): void;
  on(event: 'uncaughtException', listener: (error: unknown) => void): unknown;
}

/**
 * From here on an error that nothing catches ends the process as it ends the command line: with a line on stderr that says
 * what is wrong, and exit code 1, 2 where the options are wrong, or 130 where it was interrupted.
 */
export function reportUncaught(process: FailingProcess): void {
  process.on('uncaughtException', (error) => process.exit(reportFailure(error, process)));
}
