import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@attune/engine';
import { AttuneError, isAttuneError } from '@attune/internal';
import { writeDirectoryAtomically } from '@attune/models/node';
import { version } from '../../../package.json';
import type { SavedTraining } from '../../loop/saved-training';
import { type Checkpoint, checkpointBytes, readCheckpointFiles, writeCheckpointFiles } from './checkpoint-files';
import type { Environment } from './checkpoint-state';
import type { RunDirectory } from './directory';
import { type RunHashes, refuseChanges, refuseOtherTeacher } from './run-hashes';

interface RunCheckpointOptions {
  readonly directory: RunDirectory;
  readonly engine: Engine;
  readonly hashes: RunHashes;
  readonly limit?: number;
}

const environmentOf = (engine: Engine): Environment => ({
  engine: engine.name,
  threads: availableParallelism(),
  node: process.version,
  attune: version,
});

/** The `save` of a run; returns the checkpoint's path. */
export function savesInto({ directory, engine, hashes, limit }: RunCheckpointOptions) {
  return async (saved: SavedTraining): Promise<string> => {
    const facts = { environment: environmentOf(engine), ...hashes, lines: directory.lines() };
    return saveCheckpoint(directory.path, { saved, ...facts }, limit);
  };
}

/**
 * A checkpoint between training and the writing of its model, for long work between them: an interrupted run
 * resumes from it. It does not count toward the limit.
 */
export function spareCheckpoint(options: RunCheckpointOptions) {
  const save = savesInto({ ...options, limit: undefined });
  let spare: string | undefined;
  return {
    async save(saved: SavedTraining): Promise<void> {
      spare = await save(saved);
    },
    async remove(): Promise<void> {
      if (spare === undefined) return;
      await remove(spare);
      await rmdir(folderOf(options.directory.path)).catch(() => {}); // it holds other checkpoints
    },
  };
}

/**
 * The state from which a run's training resumes, with `metrics.jsonl` cut back to it.
 *
 * @throws AttuneError CHECKPOINT_NONE without a whole checkpoint; DATA_CHANGED for changed training, evaluation or test data,
 * MODEL_CHANGED for a changed model, TEACHER_CHANGED for changed outputs of a teacher
 */
export async function resumeFrom(
  { directory, engine, hashes }: RunCheckpointOptions,
  onNote: (note: string) => void,
): Promise<SavedTraining & { readonly path: string }> {
  const { saved, environment, path, ...facts } = await newestCheckpoint(directory.path, onNote);
  refuseChanges(directory.path, facts, hashes);
  refuseOtherTeacher(directory.path, facts, hashes);
  noteDifferences(environment, environmentOf(engine), onNote);
  await directory.cutLog(facts.lines);
  onNote(`resuming after step ${saved.state.step}`);
  return { ...saved, path };
}

function noteDifferences(before: Environment, now: Environment, onNote: (note: string) => void): void {
  const names = Object.keys(now) as (keyof Environment)[];
  const changed = names.filter((name) => before[name] !== now[name]);
  if (changed.length === 0) return;
  const list = changed.map((name) => `${name} ${before[name]} → ${now[name]}`).join(', ');
  onNote(`different from the original run: ${list}; results may differ in their last bits`);
}

/** The folder of a run's checkpoints. */
const folderOf = (run: string) => join(run, 'checkpoints');

/** The ending of a checkpoint's name while it is being removed. */
const removed = '.removed';

/** `step-N` below a run, by the number of steps, newest first. */
async function list(run: string): Promise<{ step: number; path: string }[]> {
  const names = await readdir(folderOf(run)).catch((): string[] => []);
  return names
    .flatMap((name) => {
      const step = /^step-(\d+)$/.exec(name)?.[1];
      return step ? [{ step: Number(step), path: join(folderOf(run), name) }] : [];
    })
    .sort((a, b) => b.step - a.step);
}

/**
 * Writes a checkpoint to `checkpoints/step-N` atomically, and then removes the oldest beyond `limit`.
 *
 * @returns its path
 * @throws AttuneError CHECKPOINT_UNWRITTEN for a full or failing disk; older checkpoints stay
 */
export async function saveCheckpoint(
  run: string,
  checkpoint: Checkpoint,
  limit = Number.POSITIVE_INFINITY,
): Promise<string> {
  const place = join(folderOf(run), `step-${checkpoint.saved.state.step}`);
  try {
    await writeDirectoryAtomically(place, (directory) => writeCheckpointFiles(directory, checkpoint), {
      overwrite: true,
    });
  } catch (error) {
    const cause = isAttuneError(error, 'OUTPUT_UNUSABLE') ? (error.cause ?? error) : error;
    throw await unwritten(run, { checkpoint, place, cause: cause as NodeJS.ErrnoException });
  }
  for (const { path } of (await list(run)).slice(limit)) await remove(path);
  return place;
}

async function unwritten(
  run: string,
  { checkpoint, place, cause }: { checkpoint: Checkpoint; place: string; cause: NodeJS.ErrnoException },
): Promise<AttuneError> {
  const [newest] = await list(run);
  const kept = newest ? `the newest is still ${newest.path}` : 'there is no older one';
  const megabytes = Math.ceil(checkpointBytes(checkpoint) / 1e6);
  const isFull = cause.code === 'ENOSPC' || cause.code === 'EDQUOT';
  const advice = isFull
    ? `make room for ${megabytes} MB on the disk`
    : 'check that the directory exists and is writable';
  return new AttuneError(
    'CHECKPOINT_UNWRITTEN',
    `${place}: the checkpoint could not be written (${cause.message}); ${kept}: ${advice}, then ${newest ? 'resume' : 'train again'}`,
    { cause },
  );
}

/** Renames a checkpoint before removing it, so that no partial one is ever found; a missing one is ignored. */
async function remove(path: string): Promise<void> {
  const isGone = await rename(path, `${path}${removed}`).then(
    () => false,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return true;
      throw error;
    },
  );
  if (!isGone) await rm(`${path}${removed}`, { recursive: true, force: true });
}

/**
 * Cleans up after a killed run: removes half-written and half-removed checkpoints, and restores a checkpoint that was being
 * replaced by another of its step, where the replacement is missing.
 */
async function clearLeftovers(run: string): Promise<void> {
  const names = await readdir(folderOf(run)).catch((): string[] => []);
  for (const name of names) {
    const [, place, purpose] = /^(step-\d+)\.(removed|old-.+|tmp-.+)$/.exec(name) ?? [];
    if (!place) continue;
    const path = join(folderOf(run), name);
    if (purpose.startsWith('old-') && !names.includes(place)) await rename(path, join(folderOf(run), place));
    else await rm(path, { recursive: true, force: true });
  }
}

/**
 * The newest whole checkpoint of a run. A damaged one is skipped, with a note.
 *
 * @throws AttuneError CHECKPOINT_NONE without one, CHECKPOINT_VERSION for checkpoints of another version only
 */
export async function newestCheckpoint(
  run: string,
  onNote: (note: string) => void,
): Promise<Checkpoint & { readonly path: string }> {
  await clearLeftovers(run);
  const all = await list(run);
  let other: AttuneError | undefined;
  for (const { path } of all)
    try {
      return { ...(await readCheckpointFiles(path)), path };
    } catch (error) {
      if (!isAttuneError(error)) throw error;
      const isOther = error.code === 'CHECKPOINT_VERSION';
      if (isOther) other = error;
      onNote(`${path} is ${isOther ? 'of another version' : 'damaged'} and skipped: ${error.message}`);
    }
  if (other) throw other; // another version can resume from it
  const found = all.length === 0 ? 'found none' : `all ${all.length} are damaged`;
  throw new AttuneError(
    'CHECKPOINT_NONE',
    `${run}: expected a checkpoint to resume from, ${found}; train again with --overwrite`,
  );
}

/** Whether a run has a checkpoint, whole or not, after cleaning up. */
export async function hasCheckpoints(run: string): Promise<boolean> {
  await clearLeftovers(run);
  return (await list(run)).length > 0;
}

/** Removes all checkpoints of a run, the newest last, and their folder if it is then empty. */
export async function removeCheckpoints(run: string): Promise<void> {
  await clearLeftovers(run);
  for (const { path } of (await list(run)).reverse()) await remove(path);
  await rmdir(folderOf(run)).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(`${error.code}`)) throw error;
  });
}
