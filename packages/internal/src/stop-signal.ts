/**
 * An abort signal. One with `hold` listens for what aborts it, such as Ctrl-C, only while it is held: at all other times that ends
 * the process at once, however busy it is.
 */
export interface StopSignal extends AbortSignal {
  /** Starts to listen; the result ends it. */
  hold?(): () => void;
}

/**
 * Does work at whose end something is saved, with the signal held.
 *
 * @example await whileHeld(signal, () => trainAndSave({ signal }));
 */
export async function whileHeld<T>(signal: StopSignal | undefined, work: () => Promise<T>): Promise<T> {
  const release = signal?.hold?.();
  try {
    return await work();
  } finally {
    release?.();
  }
}
