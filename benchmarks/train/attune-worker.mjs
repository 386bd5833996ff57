// Takes one of Attune's optimizer steps when told to: {"step"} in, {"seconds", "loss", "tokens"} out.
import { readFileSync } from 'node:fs';
import { openEngine } from '@attune/engine/node';
import { sum } from '../common/statistics.mjs';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';
import { compileShapes, openSteps } from './attune-steps.mjs';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
if (plan.from) process.chdir(plan.from); // where an engine's own packages are
const engine = await openEngine({ name: plan.engine ?? 'onnx', threads: plan.threads });
const steps = await openSteps(plan, engine);
const shapes = await compileShapes(plan, steps);

await serveLines({ versions: attuneVersions(), rows: steps.rows, shapes }, async ({ step }) => {
  const start = performance.now();
  const batch = steps.pack(step);
  const { loss } = await steps.training.step(batch, { learningRate: steps.learningRate });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, loss, tokens: sum(plan.batches[step % plan.batches.length].map(({ ids }) => ids.length)) };
});
await engine.close();
