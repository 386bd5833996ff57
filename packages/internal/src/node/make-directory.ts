import { lstatSync, mkdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ancestorsOf } from './places';

/**
 * Makes a directory and those that it is in. Node's own `recursive` never ends where a system says of a directory that is there that
 * nothing can be made in it, as Linux does of /proc.
 *
 * @throws the error of the file system
 * @example
 * await makeDirectory('runs/a');
 */
export async function makeDirectory(path: string): Promise<void> {
  for (const each of missingOf(resolve(path)))
    await mkdir(each).catch((error) => {
      if (!statOf(each)?.isDirectory()) throw error; // else another process was first
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
 * What stands in the way of a file or a directory, in words that read on after "got": a link that leads nowhere in its place or on the way
 * to it, or a file on the way. Undefined where there is no such thing.
 */
export function obstacleTo(path: string): string | undefined {
  const whole = resolve(path);
  for (const each of ancestorsOf(whole)) {
    const [link, target] = [statOf(each, lstatSync), statOf(each)];
    if (link === undefined) continue;
    if (target === undefined && link.isSymbolicLink())
      return `the link ${each === whole ? path : each} to ${readlinkSync(each)}, which is not there`;
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
