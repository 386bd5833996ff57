// Takes one of Attune's optimizer steps when told to: {"step"} in, {"seconds", "processor", "loss"} out.
import { readFileSync } from 'node:fs';
import { float32, int32 } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { packSequences } from '@attune/models';
import { loadModel } from '@attune/models/node';
import { optimizerConfig, trainingArguments } from '@attune/train';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

const [, , path, name, project] = process.argv;
const {
  model: directory,
  rows,
  length,
  vocabulary,
  labels,
  learningRate,
  ...settings
} = JSON.parse(readFileSync(path, 'utf8'));
const { model, parameters } = await loadModel(directory, { task: 'sequence-classification' });
process.chdir(project);
const engine = await openEngine({ name });
const optimizer = optimizerConfig(trainingArguments({ learningRate, ...settings }), model);
const training = await engine.openTraining(engine.compile(model.program), parameters, optimizer);

/** Rows of ids that differ, as the other side makes them. No seed: nothing is dropped. */
function batchOf(step) {
  const ids = (row) => Int32Array.from({ length }, (_, i) => (row * 7919 + i * 10_473 + step * 31) % vocabulary);
  const sequences = Array.from({ length: rows }, (_, row) => ({ ids: ids(row) }));
  const classes = Int32Array.from({ length: rows }, (_, row) => (row + step) % labels);
  const weights = float32(new Float32Array(rows).fill(1));
  return { ...packSequences(sequences, { rowLength: length }), labels: int32(classes), weights };
}

await serveLines({ versions: { engine: name, ...attuneVersions() } }, async ({ step }) => {
  const batch = batchOf(step);
  const [start, before] = [performance.now(), process.cpuUsage()];
  const { loss } = await training.step(batch, { learningRate });
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, processor: (user + system) / 1e6, loss };
});
await training.close();
await engine.close();
