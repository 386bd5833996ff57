// Training steps of one batch under onnxruntime's profiler.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { median } from '../common/statistics.mjs';
import { openSteps } from '../train/attune-steps.mjs';
import { watchRuns } from './watch-runs.mjs';

const prefix = 'onnxruntime';

/**
 * @param plan as `prepareWorkload` wrote it; its first batch is taken for every step, so that there is one program
 * @returns `parts`, milliseconds of each part of a step (medians without the first, which compiles), and onnxruntime's `events`
 */
export async function profileSteps(directory, { steps, ...plan }) {
  const lastRun = watchRuns();
  const engine = openOnnxEngine({ threads: plan.threads, profilePrefix: join(directory, prefix) });
  const training = await openSteps({ ...plan, batches: plan.batches.slice(0, 1) }, engine);
  const timed = [];
  for (let step = 0; step <= steps; step++) timed.push(await timeStep(training, step, lastRun));
  await training.training.close();
  await engine.close(); // writes the profile
  const counted = timed.slice(1);
  const parts = Object.fromEntries(Object.keys(counted[0]).map((name) => [name, median(counted.map((t) => t[name]))]));
  return { parts, events: readEvents(directory) };
}

async function timeStep({ pack, training, learningRate }, step, lastRun) {
  const begin = performance.now();
  const batch = pack(step);
  const packed = performance.now();
  await training.gradients(batch);
  const differentiated = performance.now();
  const { start, end } = lastRun();
  await training.update({ learningRate });
  const updated = performance.now();
  return {
    packing: packed - begin,
    'host before the graph': start - packed,
    graph: end - start,
    'host after the graph': differentiated - end,
    'clipping and AdamW': updated - differentiated,
    'the whole step': updated - begin,
  };
}

function readEvents(directory) {
  const files = readdirSync(directory).filter((name) => name.startsWith(prefix));
  if (files.length !== 1) throw new Error(`profile: expected the profile of one program, got ${files.length}`);
  return JSON.parse(readFileSync(join(directory, files[0]), 'utf8'));
}
