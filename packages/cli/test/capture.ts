import { PassThrough } from 'node:stream';
import { main } from '../src/main';

export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Runs a command line in this process and gives what it wrote. */
export async function attune(
  argv: readonly string[],
  { stdin = '', env = {}, signal }: RunOptions = {},
): Promise<Captured> {
  const [stdout, stderr] = [capture(), capture()];
  const streams = { stdin: bytesOf(stdin), stdout: stdout.stream, stderr: stderr.stream };
  const code = await main(argv, { ...streams, env, signal });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A stream that keeps what is written to it. */
export function capture({ isTTY = false, columns = 80 } = {}) {
  const chunks: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY, columns });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream, text: () => chunks.join('') };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
