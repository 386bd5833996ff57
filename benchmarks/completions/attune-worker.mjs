// Takes one of Attune's optimizer steps when told to: {"step"} in, {"seconds", "loss"} out.
import { readFileSync } from 'node:fs';
import { int32 } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { initializeAdapter, withLora } from '@attune/models';
import { loadModel } from '@attune/models/node';
import { causalLmTask, rowLengthFor } from '@attune/train';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const engine = await openEngine({ name: 'onnx', threads: plan.threads });
const training = await openTraining();
const pack = packer();
const shapes = await prepareShapes();

await serveLines({ versions: attuneVersions(), ...shapes }, async ({ step }) => {
  const start = performance.now();
  const { loss } = await training.step(pack(step), { learningRate: plan.learningRate });
  return { seconds: (performance.now() - start) / 1000, loss };
});
await engine.close();

async function openTraining() {
  const quantize = plan.format && { format: plan.format };
  const { model: base, parameters } = await loadModel(plan.model, { task: 'causal-lm', quantize });
  const model = plan.adapts ? withLora(base, plan.lora) : base;
  const all = plan.adapts ? { ...parameters, ...initializeAdapter(model, 1) } : parameters;
  const { weightDecay, maxGradNorm } = plan;
  const optimizer = { name: 'adamw', weightDecay, maxGradNorm, isTrainable: model.isTrainable };
  return engine.openTraining(engine.compile(model.program), all, optimizer);
}

/** Batches as `train` packs them. */
function packer() {
  const task = causalLmTask();
  const rowLength = rowLengthFor([{ ids: new Array(plan.longest) }]);
  const shape = { batchSize: plan.batch, rowLength, padTokenId: plan.padTokenId, random: { seed: 1, epoch: 1 } };
  return (step) => {
    const own = plan.batches[step];
    const data = { sequences: own, promptLengths: own.map(({ promptLength }) => promptLength) };
    const { tensors } = task.batch(data, Int32Array.from(own.keys()), shape);
    return { ...tensors, seed: int32([1, step]) };
  };
}

/** Meets each shape once, which changes no parameter: training meets it again and again. @returns how many, and the seconds of preparing one */
async function prepareShapes() {
  const seen = new Set();
  let seconds = 0;
  for (const step of plan.batches.keys()) {
    const batch = pack(step);
    const shapes = JSON.stringify(Object.values(batch).map(({ shape }) => shape));
    if (seen.has(shapes)) continue;
    seen.add(shapes);
    const start = performance.now();
    await training.gradients(batch);
    const between = performance.now();
    await training.gradients(batch);
    seconds += (2 * between - start - performance.now()) / 1000;
  }
  return { shapes: seen.size, preparing: seconds / seen.size };
}
