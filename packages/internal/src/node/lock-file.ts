import { lstatSync, readFileSync, readlinkSync, rmdirSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { makeDirectorySync } from './make-directory';

/** The process that holds a lock, from the lock file. */
export interface LockOwner {
  readonly pid: number;
  /** Start time, as ISO 8601. */
  readonly started?: string;
  readonly host: string;
  /** On Linux, where containers may share a host name: the namespace of the process id. */
  readonly space?: string;
  /** On Linux: the start in ticks since boot, which differs for a later process with the same id. */
  readonly ticks?: string;
}

/** The state of a lock: held by a process, free, stale, or unreadable. */
export type LockState =
  | { readonly kind: 'free' | 'stale' | 'empty' | 'foreign' }
  | { readonly kind: 'live' | 'elsewhere'; readonly owner: LockOwner };

/** A lock that was taken; removes its file. */
export type Release = () => void;

/**
 * Takes a lock by creating its file, which must not exist, or takes over the lock of a process that is gone.
 *
 * @returns the state of the file if the lock is held
 * @throws the error of the file system if no file can be created
 */
export function takeLock(path: string): Release | LockState {
  for (let attempt = 1; ; attempt++) {
    try {
      return madeLock(path, makeDirectorySync(dirname(path)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === mostAttempts || (code !== 'EEXIST' && code !== 'ENOENT')) throw error;
      if (code === 'ENOENT') continue; // another refused process has removed the parent that it had created
    }
    const state = lockState(path);
    if (state.kind === 'stale') removeStale(path);
    else if (state.kind !== 'free') return state;
  }
}

/** Enough attempts to outlast competing processes; removing a stale lock takes at most ten seconds. */
const mostAttempts = 2000;

/** @param madeParent the topmost directory that was made for the file */
function madeLock(path: string, madeParent: string | undefined): Release {
  const text = `${JSON.stringify(ownProcess())}\n`;
  writeFileSync(path, text, { flag: 'wx' });
  let isHeld = true;
  const release = () => {
    if (!isHeld) return;
    isHeld = false;
    process.off('exit', release);
    if (textOf(path) === text) rmSync(path, { force: true });
    if (madeParent !== undefined) removeEmpty(dirname(path), madeParent);
  };
  process.on('exit', release);
  return release;
}

function removeEmpty(directory: string, last: string): void {
  try {
    rmdirSync(directory);
  } catch {
    return; // something was written to it
  }
  if (directory !== last && directory !== dirname(directory)) removeEmpty(dirname(directory), last);
}

/**
 * Removes a stale lock file. Of several processes that find it, one removes it, after another check: the file may have a new owner by then.
 */
function removeStale(path: string): void {
  const guard = `${path}.takeover`;
  try {
    writeFileSync(guard, '', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    if (statOf(guard)?.isDirectory()) throw error;
    if (ageOf(guard) > 10_000) rmSync(guard, { force: true }); // left by a process that was killed
    return;
  }
  try {
    if (lockState(path).kind === 'stale') rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function ageOf(path: string): number {
  const { mtimeMs = Date.now() } = statOf(path) ?? {};
  return Date.now() - mtimeMs;
}

/** The status of a path itself: links are not followed. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Whether a lock is held, and by whom. */
export function lockState(path: string): LockState {
  const text = textOf(path);
  if (text === undefined) return { kind: 'free' };
  if (text.trim() === '') return { kind: 'empty' };
  const owner = ownerIn(text);
  if (!owner) return { kind: 'foreign' };
  const own = ownProcess();
  if (owner.host !== own.host || (owner.space && own.space && owner.space !== own.space))
    return { kind: 'elsewhere', owner };
  return isAlive(owner, own) ? { kind: 'live', owner } : { kind: 'stale' };
}

/** Undefined if there is no file; a text that is not a lock for a directory, a broken link or an unreadable file. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && !statOf(path) ? undefined : 'unreadable';
  }
}

function ownerIn(text: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(text);
    return Number.isInteger(owner?.pid) && owner.pid > 0 && typeof owner.host === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process is running, and is not a later one with the same id. */
function isAlive({ pid, started, ticks }: LockOwner, own: LockOwner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = processStat(pid);
  if (now?.isZombie) return false; // ended, and its parent has not asked how
  if (ticks !== undefined && now !== undefined) return ticks === now.ticks;
  return pid !== own.pid || started === undefined || Date.parse(started) > Date.parse(`${own.started}`) - 2000;
}

function ownProcess(): LockOwner {
  const { pid } = process;
  const started = new Date(Date.now() - 1000 * process.uptime()).toISOString();
  return { pid, started, host: hostname(), space: spaceOf(), ticks: processStat(pid)?.ticks };
}

function spaceOf(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined; // not on Linux
  }
}

interface ProcessStat {
  readonly isZombie: boolean;
  /** Its start, in ticks since boot. */
  readonly ticks: string;
}

/** The fields `state` and `starttime` of /proc/PID/stat, the first and the 20th after the name, which ends with the last parenthesis. */
function processStat(pid: number): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { isZombie: fields[0] === 'Z' || fields[0] === 'X', ticks: fields[19] };
  } catch {
    return undefined; // not on Linux, or gone
  }
}
