// Attune's side of a training step, a step at a time.
import { float32, int32 } from '@attune/engine';
import { packSequences, selectLabeled } from '@attune/models';
import { loadModel } from '@attune/models/node';
import { optimizerConfig, rowLengthFor, trainingArguments } from '@attune/train';

/** The number of tokens that a head reads is a multiple of this: it differs from batch to batch, and each shape is a program. */
const readMultiple = 64;

/**
 * Holds the model of a plan and trains it as `train` does.
 *
 * @returns `pack(i)`, the tensors of step `i`; `training`; `forget()`, which sets moments to zero; `learningRate`; and how long the `rows` are
 */
export async function openSteps({ model: directory, task, batches, batchSize, rows, seed, ...settings }, engine) {
  const { model, parameters } = await loadModel(directory, { task });
  const { learningRate, weightDecay, maxGradNorm } = settings;
  const optimizer = optimizerConfig(trainingArguments({ learningRate, weightDecay, maxGradNorm }), model);
  const program = engine.compile(model.program, { products: settings.bf16 ? 'bfloat16' : 'float32' });
  const training = await engine.openTraining(program, parameters, optimizer);
  const encoded = batches.map((batch) => batch.map(({ ids, labels }) => ({ ids: Int32Array.from(ids), labels })));
  const rowLength = rows ?? rowLengthFor(encoded.flat());
  const shape = { rowLength, padTokenId: model.config.padTokenId, minimumReads: batchSize };
  const pack = (step) => ({ ...labeled(encoded[step % encoded.length], shape), seed: int32([seed, step]) });
  const forget = () => {
    const zeros = zerosLike(parameters);
    return training.write({ step: 0, moments: { first: zeros, second: zeros } });
  };
  return { training, pack, forget, learningRate, rows: rowLength };
}

/** Zeros of each shape, all in one array. */
function zerosLike(parameters) {
  const all = new Float32Array(Math.max(...Object.values(parameters).map(({ data }) => data.length)));
  const zerosOf = ([name, tensor]) => [name, { ...tensor, data: all.subarray(0, tensor.data.length) }];
  return Object.fromEntries(Object.entries(parameters).map(zerosOf));
}

function labeled(examples, shape) {
  const packed = packSequences(examples, shape);
  const labels = examples.map((example) => example.labels);
  if (typeof labels[0] !== 'number') return selectLabeled(packed, labels, { readMultiple });
  return { ...packed, labels: int32(labels), weights: float32(labels.map(() => 1)) };
}

/**
 * Has a program compiled for each shape that the plan's batches have, changing no parameter: training meets each of
 * them again and again, and a few steps would not show that. In TensorFlow an update comes with each.
 *
 * @returns how many there are
 */
export async function compileShapes({ batches, engine = 'onnx' }, { training, pack, forget }) {
  const seen = new Set();
  const updates = engine.startsWith('tfjs-node');
  for (let step = 0; step < batches.length; step++) {
    const batch = pack(step);
    const shapes = JSON.stringify(Object.values(batch).map(({ shape }) => shape));
    if (!seen.has(shapes)) await (updates ? training.step(batch, { learningRate: 0 }) : training.gradients(batch));
    seen.add(shapes);
  }
  if (updates) await forget();
  return seen.size;
}
