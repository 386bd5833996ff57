/**
 * A failure that a user can mend: a file, a data set, a checkpoint or an engine is not what was expected.
 *
 * `code` is stable and machine-readable (`CHECKPOINT_TRUNCATED`); `message` reads
 * `where: what was expected, what came, what to do`. Callers recognize it by `name` and `code`, never by `instanceof`,
 * because each leaf package carries its own copy.
 */
export class AttuneError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AttuneError';
    this.code = code;
  }
}
