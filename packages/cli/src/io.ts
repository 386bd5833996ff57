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
