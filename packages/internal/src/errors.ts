import type { AttuneErrorCode } from './error-codes';

/**
 * A failure that a user can fix: a file, a data set, a checkpoint or an engine is not what was expected.
 *
 * `code` is stable and machine-readable (`CHECKPOINT_TRUNCATED`). `message` reads `where: what was expected, what came, what to do`.
 * Each package carries a copy of this class, so recognize it with `isAttuneError`, never by `instanceof`.
 */
export class AttuneError extends Error {
  /** The kind of failure, stable between versions. */
  readonly code: AttuneErrorCode;

  constructor(code: AttuneErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AttuneError';
    this.code = code;
  }
}

/**
 * Whether a value is an `AttuneError`, from any package, and has one of `codes` if any are given.
 *
 * @example
 * try { await loadModel('runs/a/model'); }
 * catch (error) { if (!isAttuneError(error, 'CHECKPOINT_MISSING')) throw error; }
 */
export function isAttuneError(value: unknown, ...codes: readonly AttuneErrorCode[]): value is AttuneError {
  if (!(value instanceof Error) || value.name !== 'AttuneError') return false;
  return codes.length === 0 || codes.includes((value as AttuneError).code);
}

/** Whether the call stack overflowed: a recursive function met something that is nested too deeply. */
export const isStackOverflow = (error: unknown): boolean =>
  error instanceof RangeError && /call stack/i.test(error.message);
