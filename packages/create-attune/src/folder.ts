// The folder of the project: checked before the first question, written completely or not at all.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AttuneError, firstOf, reasonOf } from '@attune/internal';
import { makeDirectorySync, obstacleTo, reasonUnwritten } from '@attune/internal/node';

/** Names that an empty folder may contain. */
const harmless = new Set(['.git', '.DS_Store']);

/**
 * The absolute path of a folder that is empty or does not exist.
 *
 * @param path as typed
 * @throws AttuneError OUTPUT_EXISTS for a folder with files, OUTPUT_UNUSABLE for a path that cannot be one
 */
export function emptyFolder(path: string): string {
  const folder = resolve(path);
  const files = filesIn(path, folder).filter((name) => !harmless.has(name));
  if (files.length === 0) return folder;
  throw new AttuneError(
    'OUTPUT_EXISTS',
    `${path}: expected an empty folder or a new name, got a folder with ${firstOf(files)}; choose another name`,
  );
}

function filesIn(path: string, folder: string): readonly string[] {
  const obstacle = obstacleTo(folder);
  try {
    if (obstacle === undefined) return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw unusable(path, code === 'ENOTDIR' ? 'a file' : reasonOf(error), error);
  }
  throw unusable(path, obstacle);
}

const unusable = (path: string, reason: string, cause?: unknown) =>
  new AttuneError('OUTPUT_UNUSABLE', `${path}: expected a folder to write to, got ${reason}; choose another name`, {
    cause,
  });

/**
 * Creates the folder if necessary and writes the files. If one cannot be written, removes the earlier ones and the created folder.
 *
 * @throws AttuneError OUTPUT_UNUSABLE
 */
export function writeProject(path: string, folder: string, files: Readonly<Record<string, string>>): void {
  const made: string[] = [];
  try {
    const top = makeDirectorySync(folder);
    if (top !== undefined) made.push(top);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text, { flag: 'wx' });
      made.push(join(folder, name));
    }
  } catch (error) {
    for (const each of made) rmSync(each, { recursive: true, force: true });
    throw unusable(path, reasonUnwritten(error), error);
  }
}
