import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AttuneError } from '../errors';
import { type LockState, lockState, type Release, takeLock } from './lock-file';
import { obstacleTo } from './make-directory';
import { ancestorsOf, placeOf } from './places';
import { reasonUnwritten } from './reason-unwritten';

interface HeldLock {
  readonly place: string;
  isHeld: boolean;
}

/** The locks of the current work, so that nested calls may write to the same directory. */
const held = new AsyncLocalStorage<readonly HeldLock[]>();

/** The name of a lock inside its directory, for places where no file can be created next to it, such as a container's volume. */
export const innerLock = '.attune.lock';

/**
 * Runs work that is the only one to write to a directory: until it ends, `DIRECTORY.lock` records the process, its start and the host.
 * The lock of a process that is gone is taken over. Nested work may take the same lock.
 *
 * @throws AttuneError OUTPUT_LOCKED if the directory, a parent or a directory in it is being written; OUTPUT_UNUSABLE if no lock
 * can be created
 * @example
 * await withDirectoryLock('runs/a', () => fitSequenceClassifier({ ...options, out: 'runs/a' }));
 */
export async function withDirectoryLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const place = await placeOf(directory);
  const outer = (held.getStore() ?? []).filter(({ isHeld }) => isHeld);
  const above = ancestorsOf(place);
  if (outer.some((lock) => above.includes(lock.place))) return work();
  checkPlace(directory, place);
  const release = take(directory, place);
  const lock: HeldLock = { place, isHeld: true };
  try {
    const others = [...above.slice(1), ...directoriesIn(place)].filter((each) => !outer.some((l) => l.place === each));
    for (const each of others)
      for (const path of [`${each}.lock`, join(each, innerLock)]) refuseBeside(directory, path, each);
    return await held.run([...outer, lock], work);
  } finally {
    lock.isHeld = false;
    release();
  }
}

/** @throws AttuneError OUTPUT_UNUSABLE for a place where no directory can be, and for the name of a lock */
function checkPlace(directory: string, place: string): void {
  const refuse = (expected: string, got: string, advice: string) => {
    throw new AttuneError('OUTPUT_UNUSABLE', `${directory}: expected ${expected}, got ${got}; ${advice}`);
  };
  if (dirname(place) === place)
    refuse(
      'a directory to write to',
      'the root of a file system',
      `name a directory in it, such as ${join(place, 'run')}`,
    );
  const named = ancestorsOf(place).find((each, i) => lockName.test(each) && (i === 0 || !existsSync(each)));
  if (named !== undefined)
    refuse('a name that does not end in .lock', `${basename(named)}, which is a lock's`, 'choose another name');
  const obstacle = obstacleTo(place);
  if (obstacle !== undefined) refuse('a directory to write to', obstacle, 'choose another place');
}

const lockName = /\.lock$/i;

function take(directory: string, place: string): Release {
  const beside = `${place}.lock`;
  let taken: Release | LockState;
  try {
    taken = takeLock(beside);
  } catch (cause) {
    taken = takeWithin(directory, place, cause as NodeJS.ErrnoException);
  }
  if (typeof taken === 'function') return taken;
  const hasOwnSpelling = resolve(directory) === place && basename(place) === basename(directory);
  throw refused(directory, hasOwnSpelling ? `${join(directory, '..', basename(place))}.lock` : beside, taken);
}

/** A directory may be writable where its parent is not. */
function takeWithin(directory: string, place: string, cause: NodeJS.ErrnoException): Release | LockState {
  const isRefused = ['EACCES', 'EPERM', 'EROFS'].includes(cause.code ?? '');
  try {
    if (isRefused && readdirSync(place)) return takeLock(join(place, innerLock));
  } catch {}
  throw new AttuneError(
    'OUTPUT_UNUSABLE',
    `${directory}: expected a directory to write to, got ${reasonUnwritten(cause)}; choose another place`,
    {
      cause,
    },
  );
}

/** Names of nested directories of runs and exports. */
const holdsOthers = /^(fold-\d+|trial-\d+|model|adapter)$/;

/** The directories of locks in a directory. */
function directoriesIn(place: string, depth = 2): string[] {
  let entries: readonly { name: string; isDirectory(): boolean }[];
  try {
    entries = readdirSync(place, { withFileTypes: true });
  } catch {
    return []; // not there yet
  }
  return entries.flatMap((entry) => {
    const path = join(place, entry.name);
    if (entry.isDirectory()) return depth > 1 && holdsOthers.test(entry.name) ? directoriesIn(path, depth - 1) : [];
    return entry.name.endsWith('.lock') && entry.name !== innerLock ? [path.slice(0, -'.lock'.length)] : [];
  });
}

/** @param other a directory in `directory`, or one that it is in */
function refuseBeside(directory: string, path: string, other: string): void {
  const state = lockState(path);
  if (state.kind === 'live' || state.kind === 'elsewhere') throw refused(directory, path, state, `, in ${other}`);
}

function refused(directory: string, path: string, state: LockState, where = ''): AttuneError {
  const remove = `${process.platform === 'win32' ? 'del' : 'rm'} ${quoted(path)}`;
  const expected = `${directory}: expected a directory that nothing else is writing`;
  return new AttuneError('OUTPUT_LOCKED', `${expected}, got ${problemOf(state, { path, where, remove })}`);
}

function problemOf(state: LockState, { path, where, remove }: { path: string; where: string; remove: string }): string {
  if (state.kind === 'empty') return `the empty lock ${path}; if nothing is writing, remove it: ${remove}`;
  if (state.kind !== 'live' && state.kind !== 'elsewhere')
    return `${path}, which is not a lock of Attune; choose another directory`;
  const { pid, host, started } = state.owner;
  const since = started === undefined ? '' : `, started ${started}`;
  if (state.kind === 'elsewhere')
    return `the lock of process ${pid} on ${host}${since}${where}, which cannot be checked from here; if it has ended, remove the lock: ${remove}`;
  if (pid === process.pid) return `one that this process is already writing${where}; wait until that has ended`;
  return `the lock of process ${pid} on this host${since}${where}; wait until it has ended, stop it with kill ${pid}, or choose another directory`;
}

/** A path, quoted for a shell. */
function quoted(path: string): string {
  if (/^[\w@%+=:,./-]+$/.test(path)) return path;
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
}
