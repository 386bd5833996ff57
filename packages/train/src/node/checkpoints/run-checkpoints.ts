import { availableParallelism } from 'node:os';
import { AttuneError, type Engine } from '@attune/engine';
import { version } from '../../../package.json';
import type { SavedTraining } from '../../saved-training';
import type { RunDirectory } from '../run-directory';
import type { Environment } from './checkpoint-files';
import { newestCheckpoint, saveCheckpoint } from './checkpoints';

export interface RunCheckpointOptions {
  readonly directory: RunDirectory;
  readonly engine: Engine;
  readonly dataHash: string;
  readonly limit?: number;
}

const environmentOf = (engine: Engine): Environment => ({
  engine: engine.name,
  threads: availableParallelism(),
  node: process.version,
  attune: version,
});

/** How a run saves its training; says where. */
export function savesInto({ directory, engine, dataHash, limit }: RunCheckpointOptions) {
  return async (saved: SavedTraining): Promise<string> => {
    const facts = { environment: environmentOf(engine), dataHash, lines: directory.lines() };
    return saveCheckpoint(directory.path, { saved, ...facts }, limit);
  };
}

/**
 * Where a run's training goes on, with `metrics.jsonl` cut back to it.
 *
 * @throws AttuneError CHECKPOINT_NONE without a whole checkpoint, DATA_CHANGED where the training data is not what it was
 */
export async function resumeFrom(
  { directory, engine, dataHash }: RunCheckpointOptions,
  onNote: (note: string) => void,
): Promise<SavedTraining & { readonly path: string }> {
  const { saved, environment, path, ...facts } = await newestCheckpoint(directory.path, onNote);
  if (facts.dataHash !== dataHash)
    throw new AttuneError(
      'DATA_CHANGED',
      `${directory.path}: expected the training data that the run began with, got other texts or labels; restore the data, or train anew with --overwrite`,
    );
  noteDifferences(environment, environmentOf(engine), onNote);
  await directory.cutLog(facts.lines);
  onNote(`going on after step ${saved.state.step}`);
  return { ...saved, path };
}

function noteDifferences(before: Environment, now: Environment, onNote: (note: string) => void): void {
  const names = Object.keys(now) as (keyof Environment)[];
  const changed = names.filter((name) => before[name] !== now[name]);
  if (changed.length === 0) return;
  const list = changed.map((name) => `${name} ${before[name]} → ${now[name]}`).join(', ');
  onNote(`not what the run began with: ${list}; results may differ in their last bits`);
}
