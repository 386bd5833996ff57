import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { besides, sync } from './_files';

/** An open file; each call appends. */
export interface FileWriter {
  writeFile(data: string | Uint8Array): Promise<void>;
}

/**
 * Writes a file beside its place, syncs it and renames it: whatever happens, the old file or the new one is there.
 *
 * When `write` fails, what it wrote is removed and the old file stays.
 *
 * @example
 * await writeFileAtomically('summary.json', (file) => file.writeFile('{}'));
 */
export async function writeFileAtomically(path: string, write: (file: FileWriter) => Promise<void>): Promise<void> {
  const temporary = besides(path, 'tmp');
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeSynced(temporary, write);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await sync(dirname(path), 'directory');
}

async function writeSynced(path: string, write: (file: FileWriter) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
