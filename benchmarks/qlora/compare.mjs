// Each side a process of its own, a step here, a step there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stepsInTurns } from '../common/in-turns.mjs';
import { median } from '../common/statistics.mjs';
import { openWorker } from '../common/worker.mjs';
import { sides } from './plan.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @returns by side: `seconds` (the median step's), `tokensPerSecond`, `memory` (most bytes resident), `losses`, `ready` */
export async function compareSides(names, { plan, python, directory, alone }) {
  const groups = alone ? names.map((name) => [name]) : [names];
  const results = {};
  for (const group of groups) Object.assign(results, await inTurns(group, { plan, python, directory }));
  return results;
}

async function inTurns(names, { plan, python, directory }) {
  const workers = {};
  for (const name of names) workers[name] = await openSide(name, { plan, python, directory });
  const answers = await stepsInTurns(workers, plan.warmup + plan.steps);
  return Object.fromEntries(names.map((name) => [name, summaryOf(answers[name], plan, workers[name])]));
}

function openSide(name, { plan, python, directory }) {
  const path = join(directory, `${name}.json`);
  writeFileSync(path, JSON.stringify({ ...plan, ...sides[name] }));
  return sides[name].peer
    ? openWorker(python, [here('peft_worker.py'), path])
    : openWorker(process.execPath, [here('attune-worker.mjs'), path]);
}

function summaryOf(answers, { warmup, ids }, { ready }) {
  const seconds = median(answers.slice(warmup).map((answer) => answer.seconds));
  return {
    seconds,
    tokensPerSecond: ids.length / seconds,
    memory: answers.at(-1).memory,
    losses: answers.map(({ loss }) => loss),
    ready,
  };
}
