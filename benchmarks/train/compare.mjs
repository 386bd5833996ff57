// One workload on both sides, a step here, a step there.
import { fileURLToPath } from 'node:url';
import { stepsInTurns } from '../common/in-turns.mjs';
import { median, sum } from '../common/statistics.mjs';
import { openWorker } from '../common/worker.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * @param plan as `prepareWorkload` wrote it
 * @returns for `attune` and for `trainer`: `steps`, each `{ seconds, loss, tokens }` without the warm-up, what they come to, and `ready`
 */
export async function compareSides(plan, python) {
  const sides = {
    attune: await openWorker(process.execPath, [here('attune-worker.mjs'), plan.path]),
    trainer: await openWorker(python, [here('trainer_worker.py'), plan.path]),
  };
  const answers = await stepsInTurns(sides, plan.warmup + plan.steps);
  const summarize = (name) => ({ ...summaryOf(answers[name], plan), ready: sides[name].ready });
  return { attune: summarize('attune'), trainer: summarize('trainer') };
}

function summaryOf(answers, { warmup }) {
  const steps = answers.slice(warmup);
  const seconds = steps.map((step) => step.seconds);
  return {
    steps,
    seconds: median(seconds),
    tokensPerSecond: sum(steps.map(({ tokens }) => tokens)) / sum(seconds),
    memory: answers.at(-1).memory,
  };
}

/** How many times as fast Attune is: by medians of the same batches, or by tokens a second where batches differ. */
export function ratioOf({ attune, trainer }, { groupByLength }) {
  if (groupByLength) return attune.tokensPerSecond / trainer.tokensPerSecond;
  return trainer.seconds / attune.seconds;
}

/** The largest relative difference of two losses of one step. */
export function lossDifference({ attune, trainer }) {
  return Math.max(...attune.steps.map(({ loss }, i) => Math.abs(loss / trainer.steps[i].loss - 1)));
}
