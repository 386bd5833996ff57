// Failures of a program: usage errors, the lines on stderr and the exit code.
import { CommanderError } from 'commander';
import { Interrupted, type Io } from './process';
import { OutputClosed, printFailure, printLine } from './terminal';

/** An error in the command line itself: exit code 2. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/**
 * Prints the reason of a failure to stderr.
 *
 * @returns its exit code: 0, 1 (failed), 2 (usage), 130 or 143 (interrupted)
 */
export function reportFailure(error: unknown, { stderr, env }: Pick<Io, 'stderr' | 'env'>): number {
  if (error instanceof OutputClosed) return 0;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed why
  const message = error instanceof Error ? error.message : String(error);
  for (const line of withoutSecrets(message, env).split('\n')) printFailure(stderr, line);
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof UsageError) {
    printHelpHint(stderr, message);
    return 2;
  }
  if (env.ATTUNE_DEBUG === '1' && error instanceof Error) printLine(stderr, withoutSecrets(stackOf(error), env));
  return 1;
}

/** Errors of options whose fix is in the error. */
const saysTheFix = /--help\b|did you mean|expected one of|(;|,? or) remove |npx attune/i;

/** Prints where the options are listed, unless each line of an error says its fix. */
export function printHelpHint(stderr: Io['stderr'], message: string): void {
  const lines = message.split('\n');
  if (lines.some((line) => !saysTheFix.test(line))) printLine(stderr, '(--help lists the options)');
}

/** Removes tokens and keys of the environment, and anything that looks like a token of the hub. */
function withoutSecrets(text: string, env: Io['env']): string {
  const secrets = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'WANDB_API_KEY'].map((name) => env[name]?.trim() ?? '');
  const known = secrets.filter((secret) => secret.length >= 4);
  const hidden = known.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return hidden.replace(/\bhf_[A-Za-z0-9]{8,}/g, 'hf_***');
}

/** The stacks of an error and its causes. */
function stackOf(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}

/** The part of a process that is used; pass `process`. */
export interface FailingProcess extends Pick<Io, 'env' | 'stderr'> {
  /** Ends the process at once, with an exit code. */
  exit(code: number): void;
  /** Listens for uncaught errors. */
  on(event: 'uncaughtException', listener: (error: unknown) => void): unknown;
}

/**
 * Makes uncaught errors end the process as they end `attune`: with a line on stderr instead of a stack, and exit code 1, 2 for
 * wrong options, or 130 for an interruption.
 *
 * @example
 * reportUncaught(process);
 */
export function reportUncaught(process: FailingProcess): void {
  process.on('uncaughtException', (error) => process.exit(reportFailure(error, process)));
}
