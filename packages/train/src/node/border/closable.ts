import { AttuneError } from '@attune/internal';

/** Whether something is open. */
export interface Closable {
  /**
   * Runs a call, for which `close` waits.
   *
   * @throws AttuneError MODEL_CLOSED for a call after it
   */
  use<Result>(call: string, work: () => Promise<Result>): Promise<Result>;
  /** Closes it once the pending calls have ended; further calls do nothing. */
  close(): Promise<void>;
}

/** The state of an object that is never closed. */
export const openForEver: Pick<Closable, 'use'> = { use: (_, work) => work() };

/**
 * State of an object that closes once its pending calls have ended and refuses later ones.
 *
 * @param loader name of the function that opens another one: `loadPredictor`
 */
export function closable(loader: string, closeAll: () => Promise<void>): Closable {
  const pending = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  return {
    async use(call, work) {
      if (closing !== undefined)
        throw new AttuneError(
          'MODEL_CLOSED',
          `${call}: expected an open model, got one after close(); load it again with ${loader}, or close it later`,
        );
      const working = work();
      pending.add(working);
      try {
        return await working;
      } finally {
        pending.delete(working);
      }
    },
    close() {
      closing ??= Promise.allSettled(pending).then(closeAll);
      return closing;
    },
  };
}
