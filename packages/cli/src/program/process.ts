// The parts of a process that a command uses: streams, environment, and the signal that stops it.
import type { StopSignal } from '@attune/internal';

/** A stream to write text to, such as `process.stderr`. Described here so that these types need no `@types/node`. */
export interface OutputStream {
  /** Writes text; false if the stream asks to wait. `written` is called once the text is written, or with the error. */
  write(text: string, written?: (error?: Error | null) => void): boolean;
  /** Listens for failures of writing, such as a closed pipe. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Whether it is a terminal; default false. */
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters; absent for other streams. */
  readonly columns?: number | undefined;
}

/** The streams and environment of a command: data goes to `stdout`, everything else to `stderr`. */
export interface Io {
  /** Bytes that the command reads for the file `-`. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Receives data: predictions, JSON. */
  readonly stdout: OutputStream;
  /** Receives everything else: progress, notes, errors. */
  readonly stderr: OutputStream;
  /** Environment variables by name. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted, with an `Interrupted` as its reason, when the process receives a stop signal while this signal is held. */
  readonly signal?: StopSignal | undefined;
}

/** The signals that end a command, and the exit codes that shells expect of them (128 + the signal's number). */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignalName = keyof typeof exitCodes;

/** The reason of an interrupted command. */
export class Interrupted extends Error {
  /** 130 for SIGINT, 143 for SIGTERM. */
  readonly exitCode: number;

  constructor(signal: StopSignalName) {
    super(`interrupted (${signal})`);
    this.name = 'Interrupted';
    this.exitCode = exitCodes[signal];
  }
}

/** The part of a process that is used; pass `process`. */
interface InterruptibleProcess {
  /** Id of the process. */
  readonly pid?: number;
  /** Listens for a signal. */
  on(event: StopSignalName, listener: () => void): unknown;
  /** Stops listening for it. */
  off(event: StopSignalName, listener: () => void): unknown;
  /** Ends the process at once, with an exit code. */
  exit(code: number): void;
}

/**
 * Creates a signal that SIGINT and SIGTERM abort while it is held; a training holds it from its first step until its model is written.
 * A second SIGINT or SIGTERM ends the process at once, and so does the first one while nothing holds the signal.
 *
 * @example
 * await trainAndReport({ …, signal: abortOnInterrupt(process) });
 */
export function abortOnInterrupt(target: InterruptibleProcess): AbortSignal & Required<StopSignal> {
  const controller = new AbortController();
  const names = Object.keys(exitCodes) as StopSignalName[];
  const listeners = names.map((name) => ({
    name,
    listener: () => {
      if (controller.signal.aborted) target.exit(exitCodes[name]);
      controller.abort(new Interrupted(name));
    },
  }));
  let holders = 0;
  const hold = () => {
    if (holders++ === 0) for (const { name, listener } of listeners) target.on(name, listener);
    let isHeld = true;
    return () => {
      if (isHeld && --holders === 0) for (const { name, listener } of listeners) target.off(name, listener);
      isHeld = false;
    };
  };
  // The system ignores signals to the first process of a container unless it listens for them.
  if (target.pid === 1) for (const name of names) target.on(name, () => holders === 0 && target.exit(exitCodes[name]));
  return Object.assign(controller.signal, { hold });
}

/** The items, until the signal is aborted; then its reason is thrown, also while an item is awaited. */
export async function* untilInterrupted<T>(
  items: AsyncIterable<T>,
  signal?: AbortSignal,
): AsyncGenerator<T, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await orInterrupted(iterator.next(), signal);
    if (done) return;
    yield value;
  }
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
