import { createHash } from 'node:crypto';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Engine, HostTensor } from '@attune/engine';
import { AttuneError, isAttuneError } from '@attune/internal';
import { writeDirectoryAtomically } from '@attune/models/node';
import { version } from '../../../package.json';
import type { SavedTraining } from '../../loop/saved-training';
import type { Examples } from '../../loop/task';
import type { Taught } from '../../tasks/distillation';
import { type Checkpoint, checkpointBytes, readCheckpointFiles, writeCheckpointFiles } from './checkpoint-files';
import type { Environment } from './checkpoint-state';
import type { RunDirectory } from './directory';

interface RunCheckpointOptions {
  readonly directory: RunDirectory;
  readonly engine: Engine;
  readonly hashes: RunHashes;
  readonly limit?: number;
}

/** What a resumed run must have as it was. */
export type RunHashes = Pick<Checkpoint, 'dataHash' | 'evaluationHash' | 'testHash' | 'modelHash' | 'teacherHash'>;

const environmentOf = (engine: Engine): Environment => ({
  engine: engine.name,
  threads: availableParallelism(),
  node: process.version,
  attune: version,
});

/** The `save` of a run; gives the checkpoint's path. */
export function savesInto({ directory, engine, hashes, limit }: RunCheckpointOptions) {
  return async (saved: SavedTraining): Promise<string> => {
    const facts = { environment: environmentOf(engine), ...hashes, lines: directory.lines() };
    return saveCheckpoint(directory.path, { saved, ...facts }, limit);
  };
}

/**
 * A checkpoint between training and the writing of its model, where something that takes long comes between them: a run that is stopped
 * there goes on from it. It counts for no limit.
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
      await rmdir(folderOf(options.directory.path)).catch(() => {}); // has others in it
    },
  };
}

/**
 * Where a run's training goes on, with `metrics.jsonl` cut back to it.
 *
 * @throws AttuneError CHECKPOINT_NONE without a whole checkpoint; DATA_CHANGED where training, evaluation or test data is not what it was,
 * MODEL_CHANGED where the model is not, TEACHER_CHANGED where what a teacher said is not
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
  onNote(`going on after step ${saved.state.step}`);
  return { ...saved, path };
}

/** Data that is measured, and not learned from. */
const measured = { evaluationHash: 'evaluation', testHash: 'test' } as const;

/** What earlier checkpoints do not say is not compared. */
function refuseChanges(run: string, before: RunHashes, now: RunHashes): void {
  const anew = 'or train anew with --overwrite';
  if (before.dataHash !== now.dataHash)
    throw new AttuneError(
      'DATA_CHANGED',
      `${run}: expected the training data that the run began with, got other texts or labels; restore the data, ${anew}`,
    );
  for (const [name, part] of Object.entries(measured) as [keyof typeof measured, string][])
    if (before[name] !== undefined && before[name] !== now[name])
      throw new AttuneError(
        'DATA_CHANGED',
        `${run}: expected the ${part} data that the run began with, got ${now[name] === undefined ? 'none' : 'other texts or labels'}; restore the data, ${anew}`,
      );
  if (before.modelHash !== undefined && before.modelHash !== now.modelHash)
    throw new AttuneError(
      'MODEL_CHANGED',
      `${run}: expected the model that the run began with, got other weights in its place; restore the model, ${anew}`,
    );
}

/** What a teacher said is in the checkpoints of every run that has one. */
function refuseOtherTeacher(run: string, before: RunHashes, now: RunHashes): void {
  if (before.teacherHash === now.teacherHash) return;
  const got = now.teacherHash === undefined ? 'none' : before.teacherHash === undefined ? 'one' : 'others';
  throw new AttuneError(
    'TEACHER_CHANGED',
    `${run}: expected ${before.teacherHash === undefined ? 'no teacher, as the run began' : 'the outputs, temperature and share of the teacher that the run began with'}, got ${got}; ` +
      'resume with attune train --resume, which has the same teacher and share, on the engine and the threads of then: others may compute other last bits; or restore the directory of its outputs (teacher-outputs, or --teacher-cache), or train again with --overwrite',
  );
}

function noteDifferences(before: Environment, now: Environment, onNote: (note: string) => void): void {
  const names = Object.keys(now) as (keyof Environment)[];
  const changed = names.filter((name) => before[name] !== now[name]);
  if (changed.length === 0) return;
  const list = changed.map((name) => `${name} ${before[name]} → ${now[name]}`).join(', ');
  onNote(`not what the run began with: ${list}; results may differ in their last bits`);
}

/** Where a run's checkpoints are. */
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
 * Writes a checkpoint to `checkpoints/step-N`, whole or not at all, and then removes the oldest beyond `limit`.
 *
 * @returns its path
 * @throws AttuneError CHECKPOINT_UNWRITTEN where the disk is full or refuses; the older ones are as they were
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
  const kept = newest ? `the newest is still ${newest.path}` : 'there is none before it';
  const megabytes = Math.ceil(checkpointBytes(checkpoint) / 1e6);
  const isFull = cause.code === 'ENOSPC' || cause.code === 'EDQUOT';
  const advice = isFull
    ? `make room for ${megabytes} MB on the disk`
    : 'see that the directory is there and can be written to';
  return new AttuneError(
    'CHECKPOINT_UNWRITTEN',
    `${place}: the checkpoint could not be written (${cause.message}); ${kept}: ${advice}, then ${newest ? 'resume' : 'train anew'}`,
    { cause },
  );
}

/** A directory that is being removed does not look like a checkpoint; one that somebody else has removed is no failure. */
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
 * Tidies up after a run that was killed: removes what it was writing or removing, and puts back a checkpoint that was to be
 * replaced by another of its step, where it had moved aside and the other had not come.
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
 * The newest checkpoint of a run that is whole. A damaged one is passed over, with a note.
 *
 * @throws AttuneError CHECKPOINT_NONE where there is none, CHECKPOINT_VERSION where those there are another attune's
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
      onNote(`${path} is ${isOther ? 'of another version' : 'damaged'} and passed over: ${error.message}`);
    }
  if (other) throw other; // another attune can go on from it
  const found = all.length === 0 ? 'found none' : `all ${all.length} are damaged`;
  throw new AttuneError(
    'CHECKPOINT_NONE',
    `${run}: expected a checkpoint to go on from, ${found}; train anew with --overwrite`,
  );
}

/** Whether a run has a checkpoint, whole or not, after tidying up. */
export async function hasCheckpoints(run: string): Promise<boolean> {
  await clearLeftovers(run);
  return (await list(run)).length > 0;
}

/** Removes all checkpoints of a run, the newest last, and their folder where nothing else is in it. */
export async function removeCheckpoints(run: string): Promise<void> {
  await clearLeftovers(run);
  for (const { path } of (await list(run)).reverse()) await remove(path);
  await rmdir(folderOf(run)).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(`${error.code}`)) throw error;
  });
}

/** SHA-256 of a data set's token ids and of their targets: a resumed run must train on the same. */
export function dataHash({ sequences, ...targets }: Examples): string {
  const hash = createHash('sha256');
  for (const { ids } of sequences) hash.update(Int32Array.of(ids.length)).update(Int32Array.from(ids));
  for (const values of Object.values(targets)) hash.update(JSON.stringify(values, asList));
  return hash.digest('hex');
}

/** SHA-256 of a model's parameters: a resumed run must begin with the same, those too that it does not train. */
export function modelHash(parameters: Readonly<Record<string, HostTensor>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(parameters).sort()) {
    const { shape, dtype, data } = parameters[name];
    hash.update(`${name} ${dtype} ${shape}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** SHA-256 of what examples learn of a teacher, and of its share. */
export function taughtHash({ targets, alpha }: Taught, temperature: number): string {
  const bytes = new Uint8Array(targets.buffer, targets.byteOffset, targets.byteLength);
  return createHash('sha256')
    .update(bytes)
    .update(JSON.stringify([alpha, temperature]))
    .digest('hex');
}

/** Typed arrays as lists: JSON has them as objects. */
const asList = (_: string, value: unknown) => (value instanceof Int32Array ? Array.from(value) : value);
