// Promises that never settle: Node ends a process that waits for nothing else silently, with exit code 0.
import { AttuneError } from '@attune/internal';

/** The part of a process that is used; pass `process`. */
export interface DryingProcess {
  on(event: 'beforeExit', listener: () => void): unknown;
  off(event: 'beforeExit', listener: () => void): unknown;
}

interface StuckOptions {
  /** Whether it wraps other waits, whose reasons are more specific and come first. */
  readonly isOuter?: boolean;
  readonly target?: DryingProcess;
}

/**
 * Settles as `work` does, and rejects with `reason` once the event loop has nothing left that could settle it.
 *
 * @example
 * await orStuck(import('./attune.config.ts'), () => new Error('attune.config.ts: …'));
 */
export async function orStuck<T>(
  work: Promise<T>,
  reason: () => Error,
  { isOuter = false, target = process }: StuckOptions = {},
): Promise<T> {
  let onDry = () => {};
  const stuck = new Promise<never>((_, reject) => {
    const say = () => reject(reason());
    // A turn of the event loop keeps the process alive for what follows the rejection.
    onDry = () => void setImmediate(isOuter ? () => setImmediate(say) : say);
    target.on('beforeExit', onDry);
  });
  return Promise.race([work, stuck]).finally(() => target.off('beforeExit', onDry));
}

/** The error for a command that waits for something unknown. */
export function stuckCommand(argv: readonly string[]): AttuneError {
  const name = ['attune', ...argv.filter((argument) => /^[a-z]+$/.test(argument)).slice(0, 1)].join(' ');
  const got = 'got one that waits for something that never happens';
  return new AttuneError(
    'COMMAND_STUCK',
    `${name}: expected a command that ends, ${got}; it did not finish: run it again`,
  );
}
