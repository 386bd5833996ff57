import { chdir, cwd } from 'node:process';
import { PassThrough } from 'node:stream';
import { main } from 'attune';

/** Runs `attune` in a directory, so that the paths that a run records are relative; throws what it wrote where it fails. */
export async function attuneIn(directory: string, argv: readonly string[]): Promise<string> {
  const before = cwd();
  const [stdout, stderr] = [collect(), collect()];
  chdir(directory);
  try {
    const code = await main(argv, { stdin: nothing(), stdout: stdout.stream, stderr: stderr.stream, env: {} });
    if (code !== 0) throw new Error(`attune ${argv.join(' ')}: ${stderr.text()}`);
    return stderr.text();
  } finally {
    chdir(before);
  }
}

function collect() {
  const chunks: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream, text: () => chunks.join('') };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
