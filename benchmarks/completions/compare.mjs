// Each side a process of its own, a step here, a step there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stepsInTurns } from '../common/in-turns.mjs';
import { sum } from '../common/statistics.mjs';
import { openWorker } from '../common/worker.mjs';
import { sides } from './plan.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @returns by side: `seconds` of each step after the warm-up, `tokensPerSecond`, `memory` (most bytes resident), `losses`, `ready` */
export async function compareSides(names, { plan, python, directory }) {
  const workers = {};
  for (const name of names) {
    const { peer, lora: adapts = false, format } = sides[name];
    const path = join(directory, `${name}.json`);
    writeFileSync(path, JSON.stringify({ ...plan, adapts, format }));
    workers[name] = peer
      ? await openWorker(python, [here('peft_worker.py'), path])
      : await openWorker(process.execPath, [here('attune-worker.mjs'), path]);
  }
  const answers = await stepsInTurns(workers, plan.batches.length);
  return Object.fromEntries(names.map((name) => [name, summaryOf(answers[name], plan, workers[name])]));
}

/** Batches differ in length, so that tokens and seconds are summed. */
function summaryOf(answers, { warmup, batches }, { ready }) {
  const seconds = answers.slice(warmup).map((answer) => answer.seconds);
  const tokens = sum(batches.slice(warmup).map((batch) => sum(batch.map(({ ids }) => ids.length))));
  const { memory } = answers.at(-1);
  return { seconds, tokensPerSecond: tokens / sum(seconds), memory, losses: answers.map(({ loss }) => loss), ready };
}
