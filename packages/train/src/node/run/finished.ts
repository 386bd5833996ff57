// The end of a run's checkpoints: a run that has ended keeps none, except for extending it.
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { readJsonObject } from '@attune/internal/node';
import { hasCheckpoints, removeCheckpoints } from './checkpoints';
import { adapterDirectory } from './model-place';

/**
 * The summary of a run that has ended and kept no checkpoint; undefined for other runs, which can resume.
 *
 * @example
 * if (await finishedRun('runs/sectors')) console.log('nothing to resume');
 */
export async function finishedRun(run: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const summary = await readJsonObject(join(run, 'summary.json'));
  return summary === undefined || (await hasCheckpoints(run)) ? undefined : summary;
}

/** Advice for training the model of an ended run further. */
export function furtherAdvice(run: string): string {
  const source =
    adapterDirectory(run) === undefined
      ? `start another run from its model: --model ${join(run, 'model')}`
      : 'train again';
  return `${source}; to be able to extend a run, train it with keepCheckpoints (--keep-checkpoints)`;
}

/** Throws AttuneError RUN_FINISHED for a run that has ended and kept no checkpoint. */
export async function refuseFinished(run: string): Promise<void> {
  if ((await finishedRun(run)) === undefined) return;
  throw new AttuneError(
    'RUN_FINISHED',
    `${run}: expected a run to resume, got one that has ended and kept no checkpoints; its results are in summary.json. To train further, ${furtherAdvice(run)}`,
  );
}

/**
 * Removes the checkpoints of a run that has ended well; a failure is only noted.
 *
 * @example
 * const { summary } = await fitCausalLm({ ...options, out: 'runs/skills', keepCheckpoints: 'until-reported' });
 * await writeFile('runs/skills/page.html', pageOf(summary));
 * await endCheckpoints('runs/skills');
 */
export async function endCheckpoints(run: string, onNote: (note: string) => void = () => {}): Promise<void> {
  await removeCheckpoints(run).catch((error: Error) =>
    onNote(`${join(run, 'checkpoints')}: not removed, which does not affect the run: ${error.message}`),
  );
}
