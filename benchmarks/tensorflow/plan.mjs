// Writes what all sides read: DistilBERT with random weights as a Hugging Face directory, and the shape of the batches.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initialize, modelForTask, parseModelConfig } from '@attune/models';
import { saveModel } from '@attune/models/node';

const settings = { learningRate: 2e-5, weightDecay: 0.01, maxGradNorm: 1, labels: 21 };
const task = 'sequence-classification';

/** @returns the path of the plan */
export async function writePlan(directory, { rows, length }) {
  const parsed = parseModelConfig({ model_type: 'distilbert' }, 'the benchmark');
  const labels = Array.from({ length: settings.labels }, (_, i) => `label ${i}`);
  const { config, specs } = modelForTask({ ...parsed, labels }, task);
  const model = join(directory, 'model');
  await mkdir(model);
  await saveModel(model, { task, config, parameters: initialize(specs, config, 1) });
  const path = join(directory, 'plan.json');
  await writeFile(path, JSON.stringify({ ...settings, model, rows, length, vocabulary: config.vocabSize }));
  return path;
}
