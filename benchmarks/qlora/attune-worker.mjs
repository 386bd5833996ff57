// Takes one of Attune's optimizer steps when told to: {"step"} in, {"seconds", "loss"} out.
import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openEngine } from '@attune/engine/node';
import {
  causalLanguageModel,
  initialiseAdapter,
  nextTokens,
  packSequences,
  parseModelConfig,
  quantised,
  readLabels,
  withGradientCheckpointing,
  withLora,
} from '@attune/models';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

/** The deviation of random codes' levels, by which a scale is divided. */
const deviations = { int8: 73.9, int4: 4.61, nf4: 0.57 };

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
  const base = plan.format ? quantised(plain, { format: plan.format }) : plain;
  const adapted = withLora(base, plan.lora);
  const model = plan.gradientCheckpointing ? withGradientCheckpointing(adapted) : adapted;
  const { weightDecay, maxGradNorm } = plan;
  const parameters = { ...randomParameters(base.stored ?? base.specs), ...initialiseAdapter(model, 1) };
  const optimizer = { name: 'adamw', weightDecay, maxGradNorm, trains: model.trains };
  return engine.openTraining(engine.compile(model.program, { products: plan.products }), parameters, optimizer);
}

function batchOf(ids) {
  const packed = packSequences([{ ids }], { rowLength: ids.length });
  return readLabels(packed, [nextTokens(ids)]);
}

/** Random weights that were never there in float32 where they are quantised, about as large as a model's. */
function randomParameters(specs) {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, { ...spec, data: randomData(name, spec) }]),
  );
}

function randomData(name, { shape, dtype }) {
  const length = shape.reduce((product, size) => product * size, 1);
  if (dtype === 'uint8') return randomFillSync(new Uint8Array(length));
  if (name.endsWith('.scales')) {
    // The levels of four bits have a mean: with a sign a block it cancels out.
    const scale = 0.02 / deviations[plan.format];
    return Float32Array.from({ length }, (_, i) => (i % 2 === 0 ? scale : -scale));
  }
  if (/norm\.weight$/.test(name)) return new Float32Array(length).fill(1);
  const bits = randomFillSync(new Int32Array(length));
  const data = new Float32Array(bits.buffer);
  for (let i = 0; i < length; i++) data[i] = bits[i] * (0.035 / 2 ** 31);
  return data;
}
