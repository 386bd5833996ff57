import { open } from 'node:fs/promises';

/** Writes a file piece by piece. */
export async function writeChunks(path: string, file: { chunks(): Iterable<Uint8Array> }): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (const chunk of file.chunks()) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
}
