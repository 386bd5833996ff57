import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import { goOnOrBegin } from '@attune/train/node';
import type { Io } from '../io';
import { runTrain } from '../train/run';
import type { TrialOptions } from './trial-options';

/** What a trial leaves that nobody needs once its figures are known. */
const bulky = ['checkpoints', 'model', 'adapter'];

/**
 * Trains as `attune train` would, without the test part, and gives the metric of the best evaluation on the validation part.
 *
 * NaN for a training that diverged. A run that is there goes on from its newest checkpoint; one that has ended is only read.
 */
export async function runTrial({ typed, flags }: TrialOptions, metric: string, io: Io): Promise<number> {
  const { out } = flags;
  const input = { typed, argument: '', target: '', io };
  const value = async () => {
    if (await endedIn(out)) return valueIn(out, metric);
    await goOnOrBegin(out, (start) =>
      runTrain({ ...input, flags: { ...flags, ...start, json: false } }, { withoutTest: true }),
    );
    return valueIn(out, metric);
  };
  const result = await value().catch((error) => {
    if (error?.code !== 'TRAINING_DIVERGED') throw error;
    return Number.NaN;
  });
  for (const name of bulky) await rm(join(out, name), { recursive: true, force: true });
  return result;
}

const endedIn = (run: string) =>
  readFile(join(run, 'summary.json')).then(
    () => true,
    () => false,
  );

/** The metric of the evaluation that the run's best model is of. */
async function valueIn(run: string, metric: string): Promise<number> {
  const { bestStep } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'));
  const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
  const best = lines.map((line) => JSON.parse(line)).find(({ type, step }) => type === 'eval' && step === bestStep);
  if (typeof best?.[metric] === 'number') return best[metric];
  throw new AttuneError(
    'SEARCH_METRIC',
    `${join(run, 'metrics.jsonl')}: expected ${metric} of step ${bestStep}, found none; evaluate, and choose another --metric`,
  );
}
