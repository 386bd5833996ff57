// Attune's side: the product's own training, watched.
import { openEngine } from '@attune/engine/node';
import { loadModel } from '@attune/models/node';
import { train, trainingArguments } from '@attune/train';
import { unpack } from './unpack.mjs';

/**
 * Trains as `attune train` does and notes the loss of every step, and what each batch held.
 *
 * @param model a directory
 * @returns `losses`, and `batches` of `{ ids, labels }`
 */
export async function attuneLosses({ model: directory, task, data, taskOf, threads, ...settings }) {
  const { model, parameters } = await loadModel(directory, { task });
  const engine = await openEngine({ name: 'onnx', threads });
  const [losses, batches] = [[], []];
  const own = taskOf(model.config);
  const watched = {
    ...own,
    batch(...args) {
      const batch = own.batch(...args);
      batches.push(unpack(batch, task));
      return batch;
    },
  };
  const onEvent = ({ type, loss }) => {
    if (type === 'step') losses.push(loss);
  };
  try {
    const args = trainingArguments({ ...settings, evalStrategy: 'no', saveStrategy: 'no' });
    await train({ engine, model, parameters, task: watched, data: { train: data }, arguments: args, onEvent });
  } finally {
    await engine.close();
  }
  return { losses, batches };
}
