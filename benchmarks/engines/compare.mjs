// The steps of a plan on several engines, each in a process of its own, a step here, a step there.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../common/statistics.mjs';
import { openWorker } from '../common/worker.mjs';

const program = fileURLToPath(new URL('../train/attune-worker.mjs', import.meta.url));
/** Seconds a step, from which on one step has to do. */
const slow = 20;

/** `{ engine, seconds, memory, losses }` of each that works, `{ engine, why }` of the others. */
export async function compareEngines(plan, { engines, directory, project }) {
  const opened = [];
  for (const engine of engines) opened.push({ engine, ...(await open(plan, { engine, directory, project })) });
  const working = opened.filter(({ worker }) => worker);
  for (const own of working) own.answers = [await own.worker.ask({ step: 0 })];
  for (let step = 1; step < plan.warmup + plan.steps; step++)
    for (const { worker, answers } of working) if (answers[0].seconds < slow) answers.push(await worker.ask({ step }));
  for (const { worker } of working) await worker.close();
  return opened.map(({ engine, why, answers }) =>
    answers ? { engine, ...summaryOf(answers, plan) } : { engine, why },
  );
}

async function open(plan, { engine, directory, project }) {
  const path = join(directory, `${engine}.json`);
  const from = engine.startsWith('tfjs-node') && existsSync(project) ? project : undefined;
  writeFileSync(path, JSON.stringify({ ...plan, engine, from }));
  try {
    return { worker: await openWorker(process.execPath, [program, path]) };
  } catch (error) {
    const said = error.message.split('\n').find((line) => /Error.*: /.test(line)) ?? error.message;
    return { why: said.replace(/^.*?Error.*?: /, '') };
  }
}

function summaryOf(answers, { warmup }) {
  const counted = answers.length > warmup ? answers.slice(warmup) : answers;
  return {
    seconds: median(counted.map(({ seconds }) => seconds)),
    memory: answers.at(-1).memory,
    losses: answers.map(({ loss }) => loss),
  };
}
