import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensor } from '@attune/engine';
import { openSafetensors, writeSafetensors } from '@attune/models/node';
import type { SavedTraining } from '../../loop/saved-training';
import { type CheckpointFacts, readState, version } from './checkpoint-state';
import { checkSums, sumsOf } from './checkpoint-sums';

type Parameters = Readonly<Record<string, HostTensor>>;

export interface Checkpoint extends CheckpointFacts {
  readonly saved: SavedTraining;
}

const files = {
  model: 'model.safetensors',
  optimizer: 'optimizer.safetensors',
  best: 'best.safetensors',
  state: 'state.json',
};
const momentNames = ['first', 'second'] as const;

/** Writes a checkpoint's files into a directory; `best.safetensors` where the best is not the newest. */
export async function writeCheckpointFiles(directory: string, { saved, ...facts }: Checkpoint): Promise<void> {
  const { state, skipped, best, log, metrics: figures, clock } = saved;
  const { parameters: bestParameters, ...bestFacts } = best ?? {};
  await writeTensors(join(directory, files.model), state.parameters);
  const moments = momentNames.flatMap((which) =>
    Object.entries(state.moments[which]).map(([name, tensor]) => [`${which}.${name}`, tensor] as const),
  );
  await writeTensors(join(directory, files.optimizer), Object.fromEntries(moments));
  if (bestParameters && best?.step !== state.step) await writeTensors(join(directory, files.best), bestParameters);
  const counts = { step: state.step, ...(skipped && { skipped }) };
  const json = { version, ...counts, ...(best && { best: bestFacts }), log, figures, clock, ...facts };
  const sums = await sumsOf(directory, json);
  await writeFile(join(directory, files.state), `${JSON.stringify({ ...json, sums }, null, 2)}\n`);
}

/** Bytes of a checkpoint's tensors on the disk. */
export function checkpointBytes({ saved: { state, best } }: Checkpoint): number {
  const { parameters, moments } = state;
  const own = best?.step === state.step ? undefined : best?.parameters;
  const all = [parameters, moments.first, moments.second, own ?? {}].flatMap((tensors) => Object.values(tensors));
  return all.reduce((sum, { data }) => sum + data.byteLength, 0);
}

function writeTensors(path: string, tensors: Parameters): Promise<void> {
  const all = Object.entries(tensors).map(([name, { shape, data }]) => ({ name, shape, data: data as Float32Array }));
  return writeSafetensors(path, all);
}

/**
 * Reads the files of `writeCheckpointFiles`.
 *
 * @throws AttuneError CHECKPOINT_… for a file that is missing, cut, damaged, or of another version
 */
export async function readCheckpointFiles(directory: string): Promise<Checkpoint> {
  const json = await readState(join(directory, files.state));
  const { version: _, sums, step, skipped, best, log, figures, clock, ...facts } = json;
  if (sums) await checkSums(directory, sums);
  const parameters = await readTensors(join(directory, files.model));
  const moments = Object.entries(await readTensors(join(directory, files.optimizer)));
  const momentsOf = (which: string) =>
    Object.fromEntries(
      moments.filter(([name]) => name.startsWith(`${which}.`)).map(([name, t]) => [name.slice(which.length + 1), t]),
    );
  const bestParameters = !best || best.step === step ? parameters : await readTensors(join(directory, files.best));
  const state = { step, parameters, moments: { first: momentsOf('first'), second: momentsOf('second') } };
  return {
    ...facts,
    saved: {
      state,
      ...(skipped && { skipped }),
      ...(best && { best: { ...best, parameters: bestParameters } }),
      log,
      metrics: figures,
      clock,
    },
  };
}

async function readTensors(path: string): Promise<Record<string, HostTensor>> {
  const weights = await openSafetensors(path);
  try {
    const tensors: Record<string, HostTensor> = {};
    for (const [name, { shape }] of weights.tensors) {
      const { data } = await weights.read(name);
      tensors[name] = { shape, dtype: 'float32', data: data as Float32Array };
    }
    return tensors;
  } finally {
    await weights.close();
  }
}
