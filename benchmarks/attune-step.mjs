// Times Attune's training step; prints {"seconds": […]}. Called by train-step.mjs.
import { float32, int32 } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { initialise, packSequences, parseModelConfig, sequenceClassifier } from '@attune/models';
import { rowLengthFor } from '@attune/train';
import { lengthsOf } from './workloads.mjs';

const labels = Array.from({ length: 21 }, (_, i) => `label ${i}`);
const config = { ...parseModelConfig({ model_type: 'distilbert' }, 'benchmark'), labels };
const model = sequenceClassifier(config);
const engine = await openEngine();
const settings = { name: 'adamw', weightDecay: 0.01, maxGradNorm: 1 };
const training = await engine.openTraining(engine.compile(model.program), initialise(model.specs, config, 1), settings);
const seconds = [];
for (let step = 0; step < 10; step++) {
  const sequences = lengthsOf(process.argv[2]).map((length, i) => ({
    ids: Int32Array.from({ length }, (_, j) => 1000 + ((i * 7919 + j * 104729 + step) % 20000)),
  }));
  const packed = packSequences(sequences, { rowLength: rowLengthFor(sequences) });
  const batch = {
    ...packed,
    labels: int32(sequences.map((_, i) => i % 21)),
    weights: float32(sequences.map(() => 1)),
    seed: int32([1, step]),
  };
  const start = performance.now();
  await training.step(batch, { learningRate: 2e-5 });
  seconds.push((performance.now() - start) / 1000);
}
console.log(JSON.stringify({ seconds: seconds.slice(3) }));
