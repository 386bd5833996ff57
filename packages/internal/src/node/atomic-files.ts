import { randomBytes } from 'node:crypto';
import { open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AttuneError } from '../errors';
import { makeDirectory, obstacleTo } from './make-directory';
import { ancestorsOf, isMissing } from './places';
import { whole } from './whole';

/** An open file; each call appends. */
export interface FileWriter {
  /** Appends text (UTF-8) or bytes. */
  writeFile(data: string | Uint8Array): Promise<void>;
}

/**
 * Writes a temporary file next to the target, syncs it and renames it, so that either the old or the new file exists at any time.
 *
 * When `write` fails, what it wrote is removed and the old file stays.
 *
 * @example
 * await writeFileAtomically('summary.json', (file) => file.writeFile('{}'));
 */
export async function writeFileAtomically(path: string, write: (file: FileWriter) => Promise<void>): Promise<void> {
  const temporary = besides(path, 'tmp');
  try {
    await makeDirectory(dirname(path));
    await writeSynced(temporary, write);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // the first failure is the one to report
    throw unwritable(path, error);
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

/**
 * Writes a temporary directory next to the target, syncs every file and renames it: the directory appears complete or not at all.
 *
 * When `write` fails, what it wrote is removed and what was there stays. A directory that is not empty is refused
 * (`AttuneError` `OUTPUT_EXISTS`) before anything is written, unless `overwrite`: the old one is then moved aside, and
 * moved back if the new one cannot take its place; SIGINT and SIGTERM wait for that. (A power cut between the two renames leaves it as `name.old-…`.)
 *
 * @example
 * await writeDirectoryAtomically('runs/a/model', async (directory) => {
 *   await writeSafetensors(join(directory, 'model.safetensors'), tensors);
 * });
 */
export async function writeDirectoryAtomically(
  directory: string,
  write: (temporary: string) => Promise<void>,
  {
    overwrite = false,
  }: {
    /** Replaces a directory that has files in it; default false, which refuses it. */
    readonly overwrite?: boolean;
  } = {},
): Promise<void> {
  const place = await realpath(directory).catch(() => resolve(directory));
  const obstacle = obstacleTo(place);
  if (obstacle !== undefined)
    throw new AttuneError(
      'OUTPUT_UNUSABLE',
      `${directory}: expected a directory to write to, got ${obstacle}; choose another place`,
    );
  const existing = await entriesOf(place);
  if (existing && existing.length > 0 && !overwrite) {
    const message = `${directory}: expected an empty or a new directory, got one with files in it; choose another, or overwrite it`;
    throw new AttuneError('OUTPUT_EXISTS', message);
  }
  const temporary = besides(place, 'tmp');
  try {
    await makeDirectory(temporary);
    await write(temporary);
    await syncTree(temporary);
    await replace(place, temporary, existing !== undefined);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw unwritable(directory, error);
  }
  await sync(dirname(place), 'directory');
}

/** Undefined if the directory does not exist; a file in its place is an error. */
async function entriesOf(directory: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') {
      const message = `${directory}: expected a directory or nothing, got a file; choose another name`;
      throw new AttuneError('OUTPUT_EXISTS', message, { cause });
    }
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/** Syncs a directory and its contents to the disk, so that they survive a power cut. */
export async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) await sync(path, 'file');
    if (entry.isDirectory()) await sync(path, 'directory');
  }
  await sync(directory, 'directory');
}

async function replace(place: string, temporary: string, exists: boolean): Promise<void> {
  if (!exists) return rename(temporary, place);
  const old = besides(place, 'old');
  await whole(async () => {
    await rename(place, old);
    try {
      await rename(temporary, place);
    } catch (error) {
      await rename(old, place);
      throw error;
    }
  });
  await rm(old, { recursive: true, force: true });
}

const refusals: Readonly<Record<string, string>> = {
  ENOSPC: 'make room on the disk, or choose another place',
  EDQUOT: 'make room within your quota, or choose another place',
  EROFS: 'choose a place on a writable disk',
  EACCES: 'get write permission there, or choose another place',
  EPERM: 'get write permission there, or choose another place',
  EIO: 'check the disk, or choose another place',
};

/**
 * Adds the path to an error of the file system about writing, which some errors of Node lack; other errors are returned unchanged.
 *
 * @example
 * catch (error) { throw unwritable('runs/a/summary.json', error); } // AttuneError OUTPUT_UNUSABLE
 */
export function unwritable(path: string, error: unknown): unknown {
  const { code = '', syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  const inTheWay = isAbout(path, error as NodeJS.ErrnoException) ? obstacles[code] : undefined;
  const advice = refusals[code] ?? (inTheWay && 'choose another place');
  if (advice === undefined) return error;
  const got = inTheWay ? (obstacleTo(path) ?? inTheWay) : message;
  return new AttuneError('OUTPUT_UNUSABLE', `${path}: expected a writable place, got ${got}; ${advice}`, {
    cause: error,
  });
}

/** Codes that may also come from reading another file while writing. */
const obstacles: Readonly<Record<string, string>> = {
  EEXIST: 'a file of that name',
  EISDIR: 'a directory',
  ELOOP: 'a link that leads to itself',
  ENAMETOOLONG: 'a name that is too long',
  ENOENT: 'a place where no file can be created',
  ENOTDIR: 'a path that leads through a file',
};

/** Whether an error concerns a place itself, files next to or in it, or a parent directory. */
function isAbout(place: string, { path, dest }: NodeJS.ErrnoException & { dest?: string }): boolean {
  const whole = resolve(place);
  const named = [path, dest].flatMap((each) => (typeof each === 'string' ? [resolve(each)] : []));
  return named.some((each) => each.startsWith(whole) || ancestorsOf(whole).includes(each));
}

/** A sibling's path that no other process picks. */
export function besides(path: string, purpose: string): string {
  return `${path}.${purpose}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Syncs a file or the entries of a directory to the disk, so that they survive a power cut. */
export async function sync(path: string, kind: 'file' | 'directory'): Promise<void> {
  const windows = process.platform === 'win32';
  if (windows && kind === 'directory') return; // Windows cannot open one.
  const handle = await open(path, windows ? 'r+' : 'r');
  await handle.sync().finally(() => handle.close());
}
