// The steps of a plan on several engines, each in a process of its own, a step here, a step there.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stepsInTurns } from '../common/in-turns.mjs';
import { median } from '../common/statistics.mjs';
import { openWorker } from '../common/worker.mjs';

const program = fileURLToPath(new URL('../train/attune-worker.mjs', import.meta.url));
/** Seconds a step, from which on one step has to do. */
const slow = 20;

/** `{ engine, seconds, memory, losses }` of each that works, `{ engine, why }` of the others. */
export async function compareEngines(plan, { engines, directory, project }) {
  const [workers, reasons] = [{}, {}];
  for (const engine of engines) {
    const { worker, why } = await open(plan, { engine, directory, project });
    if (worker) workers[engine] = worker;
    else reasons[engine] = why;
  }
  const isQuick = ([first]) => first === undefined || first.seconds < slow;
  const answers = await stepsInTurns(workers, plan.warmup + plan.steps, isQuick);
  return engines.map((engine) =>
    engine in answers ? { engine, ...summaryOf(answers[engine], plan) } : { engine, why: reasons[engine] },
  );
}

async function open(plan, { engine, directory, project }) {
  const path = join(directory, `${engine}.json`);
  const [name, products] = engine.split('+');
  const from = name.startsWith('tfjs-node') && existsSync(project) ? project : undefined;
  writeFileSync(path, JSON.stringify({ ...plan, engine: name, bf16: products === 'bf16', from }));
  try {
    return { worker: await openWorker(process.execPath, [program, path]) };
  } catch (error) {
    const said = error.message.split('\n').find((line) => /^\w*Error.*: /.test(line)) ?? error.message;
    return { why: said.replace(/^\w*Error.*?: /, '') };
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
