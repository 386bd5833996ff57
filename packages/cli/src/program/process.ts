// What a command uses of its process: streams, environment, and the signal that stops it.
/** A stream to write text to, such as `process.stderr`. Described here so that these types need no `@types/node`. */
export interface OutputStream {
  write(text: string, written?: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What a command reads and writes besides files: data on `stdout`, everything else on `stderr`. */
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

/** Why a command stopped before its end. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: StopSignal) {
    super(`interrupted (${signal})`);
    this.name = 'Interrupted';
    this.exitCode = exitCodes[signal];
  }
}

/** What of a process is used: `process` will do. */
export interface InterruptibleProcess {
  on(event: StopSignal, listener: () => void): unknown;
  exit(code: number): void;
}

/** A signal that SIGINT and SIGTERM abort. A second one ends the process at once. */
export function abortOnInterrupt(target: InterruptibleProcess): AbortSignal {
  const controller = new AbortController();
  const onSignal = (signal: StopSignal) => {
    if (controller.signal.aborted) target.exit(exitCodes[signal]);
    controller.abort(new Interrupted(signal));
  };
  for (const signal of Object.keys(exitCodes) as StopSignal[]) target.on(signal, () => onSignal(signal));
  return controller.signal;
}

/** What `work` gives, or the signal's reason as soon as it is aborted; the work itself goes on until the process ends. */
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
