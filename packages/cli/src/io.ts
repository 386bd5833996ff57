import type { Writable } from 'node:stream';

/** A stream to write text to; `isTTY` and `columns` as `process.stderr` has them. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command reads and writes besides files: data on `stdout`, everything else on `stderr`. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted, with an `Interrupted` as its reason, when the process is told to stop. */
  readonly signal?: AbortSignal;
}
