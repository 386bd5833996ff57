import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * The real path of an existing or future file: links and other spellings of the existing part are resolved.
 *
 * @example
 * await placeOf('latest/../runs/new'); // '/home/ada/runs/new'
 */
export async function placeOf(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    const parent = dirname(absolute);
    if (!isMissing(error) || parent === absolute) return absolute;
    return join(await placeOf(parent), basename(absolute));
  }
}

/** Whether both paths lead to one file or directory, which exists. */
export async function isSamePlace(path: string, other: string): Promise<boolean> {
  if ((await placeOf(path)) === (await placeOf(other))) return (await statOf(path)) !== undefined;
  // Two names of one file are two places: one goes, and the other stays.
  const one = await statOf(path);
  return one?.isDirectory() === true && isSame(one, await statOf(other));
}

/**
 * Whether a path leads to `place` or to something in it, by links and other spellings too, or passes through it.
 * False if `place` does not exist.
 *
 * @example
 * await isWithin('latest/model', 'runs/a'); // true where `latest` is a link to `runs/a`
 */
export async function isWithin(path: string, place: string): Promise<boolean> {
  const target = await statOf(place);
  if (!target) return false;
  const real = await placeOf(place);
  const absolute = resolve(path);
  // Where it leads to, and where its last part, which may be a link, is itself.
  const starts = [await placeOf(absolute), join(await placeOf(dirname(absolute)), basename(absolute))];
  for (const each of new Set(starts.flatMap(ancestorsOf))) {
    if (each === real) return true;
    if (target.isDirectory() && isSame(await statOf(each), target)) return true; // by a mount, or letters of another case
  }
  return false;
}

/** A path and the directories that it is in, up to the root. */
export function ancestorsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...ancestorsOf(parent)];
}

const isSame = (one: BigIntStats | undefined, two: BigIntStats | undefined) =>
  one !== undefined && two !== undefined && one.ino === two.ino && one.dev === two.dev;

const statOf = (path: string): Promise<BigIntStats | undefined> => stat(path, { bigint: true }).catch(() => undefined);

/** Whether a file system call failed because nothing is there. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
