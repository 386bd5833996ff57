/**
 * An abort signal. One with `hold` is aborted, for example by Ctrl-C, only while it is held: at all other times Ctrl-C ends the process
 * at once, however busy it is.
 */
export interface StopSignal extends AbortSignal {
  /** Starts to listen; the result ends it. */
  hold?(): () => void;
}

/**
 * Runs work that saves something at its end, while holding the signal.
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
