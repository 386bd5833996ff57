import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '../errors';
import { besides, sync, syncTree } from './atomic-files';
import { makeDirectory } from './make-directory';
import { whole } from './whole';

/**
 * Writes files into an existing directory, each complete or not at all: files of the same name are replaced, all others stay.
 *
 * `write` receives an empty directory; if it fails, the target is unchanged.
 *
 * @param only the entries that are taken over; default all
 * @returns the files' paths within the directory
 * @throws AttuneError OUTPUT_EXISTS, before anything is replaced, where a directory is in a file's place or the other way round
 * @example
 * await mergeDirectory('runs/a/model', (temporary) => saveOnnx(temporary, model), { only: ['onnx'] });
 */
export async function mergeDirectory(
  directory: string,
  write: (temporary: string) => Promise<void>,
  { only }: { readonly only?: readonly string[] } = {},
): Promise<readonly string[]> {
  const temporary = besides(join(directory, '.attune'), 'tmp'); // within: a parent may be another disk, or read only
  await makeDirectory(temporary);
  try {
    await write(temporary);
    for (const name of await readdir(temporary))
      if (only && !only.includes(name)) await rm(join(temporary, name), { recursive: true });
    await syncTree(temporary);
    const entries = await entriesIn(temporary);
    for (const entry of entries) await checkPlace(join(directory, entry.path), entry.kind);
    await whole(async () => {
      for (const { path, kind } of entries)
        if (kind === 'directory') await mkdir(join(directory, path), { recursive: true });
        else await rename(join(temporary, path), join(directory, path));
    });
    for (const { path, kind } of entries) if (kind === 'directory') await sync(join(directory, path), kind);
    await sync(directory, 'directory');
    return entries.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

interface Entry {
  /** Within the directory. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
}

/** Each directory before what is in it. */
async function entriesIn(directory: string, within = ''): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const entry of await readdir(join(directory, within), { withFileTypes: true })) {
    const path = join(within, entry.name);
    entries.push({ path, kind: entry.isDirectory() ? 'directory' : 'file' });
    if (entry.isDirectory()) entries.push(...(await entriesIn(directory, path)));
  }
  return entries;
}

async function checkPlace(path: string, kind: Entry['kind']): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found || found.isDirectory() === (kind === 'directory')) return;
  const got = found.isDirectory() ? 'a directory' : 'a file';
  throw new AttuneError(
    'OUTPUT_EXISTS',
    `${path}: expected a ${kind} or nothing, got ${got}; move it away, or choose another directory`,
  );
}
