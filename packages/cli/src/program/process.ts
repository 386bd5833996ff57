// What a command uses of its process: streams, environment, and the signal that stops it.

/** A stream to write text to, such as `process.stderr`. Described here so that these types need no `@types/node`. */
export interface OutputStream {
  write(text: string, written?: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** The streams and environment of a command: data goes to `stdout`, everything else to `stderr`. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted, with an `Interrupted` as its reason, when the process is told to stop. */
  readonly signal?: AbortSignal | undefined;
}

/** The signals that end a command, and the exit codes that shells expect of them (128 + the signal's number). */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof exitCodes;

/** The reason of an interrupted command. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: StopSignal) {
    super(`interrupted (${signal})`);
    this.name = 'Interrupted';
    this.exitCode = exitCodes[signal];
  }
}

/** The part of a process that is used; pass `process`. */
interface InterruptibleProcess {
  on(event: StopSignal, listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Creates a signal that SIGINT and SIGTERM abort. A second one ends the process at once.
 *
 * @example
 * await trainAndReport({ …, signal: abortOnInterrupt(process) });
 */
export function abortOnInterrupt(target: InterruptibleProcess): AbortSignal {
  const controller = new AbortController();
  const onSignal = (signal: StopSignal) => {
    if (controller.signal.aborted) target.exit(exitCodes[signal]);
    controller.abort(new Interrupted(signal));
  };
  for (const signal of Object.keys(exitCodes) as StopSignal[]) target.on(signal, () => onSignal(signal));
  return controller.signal;
}

/** Resolves as `work` does, or rejects with the signal's reason once it is aborted. The work itself is not stopped. */
export async function orInterrupted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop));
}
