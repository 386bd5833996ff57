import { lstatSync, mkdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ancestorsOf } from './places';

/**
 * Creates a directory and its parents. Node's own `recursive` never ends where the system refuses to create anything in an existing
 * directory, such as /proc on Linux.
 *
 * @throws the error of the file system
 * @example
 * await makeDirectory('runs/a');
 */
export async function makeDirectory(path: string): Promise<void> {
  for (const each of missingOf(resolve(path)))
    await mkdir(each).catch((error) => {
      if (!statOf(each)?.isDirectory()) throw error; // otherwise another process created it first
    });
}

/**
 * As `makeDirectory`, at once.
 *
 * @returns the topmost directory that was made, if any
 * @example
 * makeDirectorySync('runs/a'); // '/home/ada/runs', where that was not there
 */
export function makeDirectorySync(path: string): string | undefined {
  let top: string | undefined;
  for (const each of missingOf(resolve(path)))
    try {
      mkdirSync(each);
      top ??= each;
    } catch (error) {
      if (!statOf(each)?.isDirectory()) throw error;
    }
  return top;
}

/** The directories to make, the topmost first. */
function missingOf(path: string): readonly string[] {
  if (statOf(path)?.isDirectory()) return [];
  const parent = dirname(path);
  return parent === path ? [path] : [...missingOf(parent), path];
}

/**
 * The obstacle to creating a file or a directory, phrased to follow "got": a broken link in its place or in its path, or a file in its
 * path. Undefined without an obstacle.
 */
export function obstacleTo(path: string): string | undefined {
  const whole = resolve(path);
  for (const each of ancestorsOf(whole)) {
    const [link, target] = [statOf(each, lstatSync), statOf(each)];
    if (link === undefined) continue;
    if (target === undefined && link.isSymbolicLink())
      return `the link ${each === whole ? path : each} to ${readlinkSync(each)}, which does not exist`;
    if (target?.isDirectory() || each === whole) return undefined;
    return `a path that leads through the file ${each}`;
  }
  return undefined;
}

function statOf(path: string, stat: (path: string) => Stats = statSync): Stats | undefined {
  try {
    return stat(path);
  } catch {
    return undefined;
  }
}
