// Attune's side of a training step, a step at a time.
import { float32, int32 } from '@attune/engine';
import { packSequences, readLabels } from '@attune/models';
import { loadModel } from '@attune/models/node';
import { optimizerConfig, rowLengthFor, trainingArguments } from '@attune/train';

/** The number of tokens that a head reads is a multiple of this: it differs from batch to batch, and each shape is a program. */
const readMultiple = 64;

/**
 * Holds the model of a plan and trains it as `train` does.
 *
 * @returns `pack(i)`, the tensors of step `i`; `training`; `learningRate`; and how long the `rows` are
 */
export async function openSteps({ model: directory, task, batches, batchSize, rows, seed, ...settings }, engine) {
  const { model, parameters } = await loadModel(directory, { task });
  const { learningRate, weightDecay, maxGradNorm } = settings;
  const optimizer = optimizerConfig(trainingArguments({ learningRate, weightDecay, maxGradNorm }), model);
  const training = await engine.openTraining(engine.compile(model.program), parameters, optimizer);
  const encoded = batches.map((batch) => batch.map(({ ids, labels }) => ({ ids: Int32Array.from(ids), labels })));
  const rowLength = rows ?? rowLengthFor(encoded.flat());
  const shape = { rowLength, padTokenId: model.config.padTokenId, minimumReads: batchSize };
  const pack = (step) => ({ ...labelled(encoded[step % encoded.length], shape), seed: int32([seed, step]) });
  return { training, pack, learningRate, rows: rowLength };
}

function labelled(examples, shape) {
  const packed = packSequences(examples, shape);
  const labels = examples.map((example) => example.labels);
  if (typeof labels[0] !== 'number') return readLabels(packed, labels, { readMultiple });
  return { ...packed, labels: int32(labels), weights: float32(labels.map(() => 1)) };
}

/**
 * Has a program compiled for each shape that the plan's batches have, changing no parameter: training meets each of
 * them again and again, and a few steps would not show that.
 *
 * @returns how many there are
 */
export async function compileShapes({ batches }, { training, pack }) {
  const seen = new Set();
  for (let step = 0; step < batches.length; step++) {
    const batch = pack(step);
    const shapes = JSON.stringify(Object.values(batch).map(({ shape }) => shape));
    if (!seen.has(shapes)) await training.gradients(batch);
    seen.add(shapes);
  }
  return seen.size;
}
