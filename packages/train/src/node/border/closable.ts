import { AttuneError } from '@attune/internal';

/** Whether something is open. */
export interface Closable {
  /**
   * Refuses a call once it is closed.
   *
   * @throws AttuneError MODEL_CLOSED
   */
  requireOpen(call: string): void;
  /** Closes it once, however often it is called. */
  close(): Promise<void>;
}

/**
 * What is closed once, and then says so.
 *
 * @param loader the function that opens another: `loadPredictor`
 */
export function closable(loader: string, closeAll: () => Promise<void>): Closable {
  let closing: Promise<void> | undefined;
  return {
    requireOpen(call) {
      if (closing !== undefined)
        throw new AttuneError(
          'MODEL_CLOSED',
          `${call}: expected an open model, got one after close(); load it again with ${loader}, or close it later`,
        );
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
