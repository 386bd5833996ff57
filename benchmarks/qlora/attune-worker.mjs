// Takes one of Attune's optimizer steps when told to: {"step"} in, {"seconds", "loss"} out.
import { readFileSync } from 'node:fs';
import { openEngine } from '@attune/engine/node';
import {
  causalLanguageModel,
  initializeAdapter,
  nextTokens,
  packSequences,
  parseModelConfig,
  quantized,
  selectLabeled,
  withGradientCheckpointing,
  withLora,
} from '@attune/models';
import { randomParameters } from '../common/random-llama.mjs';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
if (plan.engine) process.chdir(plan.project); // where the engine's own package is
const engine = await openEngine({ name: plan.engine ?? 'onnx', threads: plan.threads });
const training = await openTraining();
const batch = batchOf(plan.ids);

await serveLines({ versions: attuneVersions() }, async () => {
  const start = performance.now();
  const { loss } = await training.step(batch, { learningRate: plan.learningRate });
  return { seconds: (performance.now() - start) / 1000, loss };
});
await engine.close();

function openTraining() {
  const plain = causalLanguageModel(parseModelConfig(plan.config, 'the benchmark'));
  const base = plan.format ? quantized(plain, { format: plan.format }) : plain;
  const adapted = withLora(base, plan.lora);
  const model = plan.gradientCheckpointing ? withGradientCheckpointing(adapted) : adapted;
  const { weightDecay, maxGradNorm } = plan;
  const parameters = { ...randomParameters(base.stored ?? base.specs, plan.format), ...initializeAdapter(model, 1) };
  const optimizer = { name: 'adamw', weightDecay, maxGradNorm, isTrainable: model.isTrainable };
  return engine.openTraining(engine.compile(model.program, { products: plan.products }), parameters, optimizer);
}

function batchOf(ids) {
  const packed = packSequences([{ ids }], { rowLength: ids.length });
  return selectLabeled(packed, [nextTokens(ids)]);
}
