const stopSignals = ['SIGINT', 'SIGTERM'] as const;

/** The part of a process that is used. */
interface SignaledProcess {
  readonly pid: number;
  listenerCount(event: string): number;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  kill(pid: number, signal: string): unknown;
}

/**
 * Runs short work that must not be interrupted, such as two renames: a signal that would end the process takes effect afterwards, a
 * second one at once. If the program itself listens for signals, nothing changes.
 *
 * @example await whole(async () => { await rename(place, old); await rename(made, place); });
 */
export async function whole<T>(work: () => Promise<T>, target: SignaledProcess = process): Promise<T> {
  const unheard = stopSignals.filter((name) => target.listenerCount(name) === 0);
  let waiting: string | undefined;
  const listeners = unheard.map((name) => ({ name, listener: () => onSignal(name) }));
  const release = () => {
    for (const { name, listener } of listeners) target.off(name, listener);
  };
  const onSignal = (name: string) => {
    if (waiting !== undefined) endNow(name);
    waiting = name;
  };
  const endNow = (name: string) => {
    release();
    target.kill(target.pid, name);
  };
  for (const { name, listener } of listeners) target.on(name, listener);
  try {
    return await work();
  } finally {
    release();
    if (waiting !== undefined) endNow(waiting);
  }
}
