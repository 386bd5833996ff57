import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import { writeDirectoryAtomically } from '@attune/models/node';
import { type Checkpoint, readCheckpointFiles, writeCheckpointFiles } from './checkpoint-files';

/** Where a run's checkpoints are. */
const folderOf = (run: string) => join(run, 'checkpoints');

/** `step-N` below a run, by the number of steps, newest first. */
async function list(run: string): Promise<{ step: number; path: string }[]> {
  const names = await readdir(folderOf(run)).catch(() => []);
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
 * @throws AttuneError CHECKPOINT_UNWRITTEN where the disk is full or refuses; the older ones are as they were
 */
export async function saveCheckpoint(
  run: string,
  checkpoint: Checkpoint,
  limit = Number.POSITIVE_INFINITY,
): Promise<void> {
  const place = join(folderOf(run), `step-${checkpoint.saved.state.step}`);
  try {
    await writeDirectoryAtomically(place, (directory) => writeCheckpointFiles(directory, checkpoint), {
      overwrite: true,
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const advice = code === 'ENOSPC' ? 'make room on the disk' : 'check that the directory can be written to';
    throw new AttuneError(
      'CHECKPOINT_UNWRITTEN',
      `${place}: the checkpoint could not be written (${message}); earlier ones are whole: ${advice}, then resume`,
      { cause },
    );
  }
  for (const { path } of (await list(run)).slice(limit)) await remove(path);
}

/** A directory that is being removed does not look like a checkpoint. */
async function remove(path: string): Promise<void> {
  await rename(path, `${path}.old`);
  await rm(`${path}.old`, { recursive: true, force: true });
}

/**
 * The newest checkpoint of a run that is whole. A damaged one is passed over, with a note.
 *
 * @throws AttuneError CHECKPOINT_NONE where there is none
 */
export async function newestCheckpoint(run: string, onNote: (note: string) => void): Promise<Checkpoint> {
  const all = await list(run);
  for (const { path } of all)
    try {
      return await readCheckpointFiles(path);
    } catch (error) {
      if ((error as Error).name !== 'AttuneError') throw error;
      onNote(`${path} is damaged and passed over: ${(error as Error).message}`);
    }
  const found = all.length === 0 ? 'found none' : `all ${all.length} are damaged`;
  throw new AttuneError(
    'CHECKPOINT_NONE',
    `${run}: expected a checkpoint to go on from, ${found}; train anew with --overwrite`,
  );
}
