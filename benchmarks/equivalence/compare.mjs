// One workload on both sides, from one model directory.
import { join } from 'node:path';
import { loadTokenizer } from '@attune/tokenizer/node';
import { paths } from '../common/paths.mjs';
import { writeModel } from '../common/write-model.mjs';
import { attuneLosses } from './attune-losses.mjs';
import { examplesOf } from './examples.mjs';
import { trainerLosses } from './trainer-losses.mjs';

const settings = { learningRate: 5e-5, weightDecay: 0.01, maxGradNorm: 1, seed: 1 };
const schedule = 'linear';

/**
 * @param float64 whether the Trainer also trains in float64
 * @returns the losses of each side by its name, and the peer's `versions`
 */
export async function compareLosses(directory, workload, { steps, threads, float64, python }) {
  const { task, batchSize } = workload;
  const tokenizer = await loadTokenizer(paths.tokenizer);
  const { data, labels, taskOf } = await examplesOf[workload.examples]({ tokenizer, count: steps * batchSize });
  if (data.sequences.length < steps * batchSize)
    throw new RangeError(`steps: there are ${data.sequences.length} texts, fewer than ${steps * batchSize}`);
  const model = join(directory, 'model');
  await writeModel(model, { source: { pretrained: paths.minilm }, task, labels, tokenizer, dropout: 0 });
  const own = { perDeviceTrainBatchSize: batchSize, maxSteps: steps, lrSchedulerType: schedule };
  const attune = await attuneLosses({ model, task, data, taskOf, threads, ...settings, ...own });
  const plan = { ...settings, schedule, task, model, batchSize, steps, threads, batches: attune.batches };
  const trainer = await trainerLosses(directory, { ...plan, dtype: 'float32' }, python);
  const exact = float64 ? await trainerLosses(directory, { ...plan, dtype: 'float64' }, python) : undefined;
  return { versions: trainer.versions, attune: attune.losses, trainer: trainer.losses, exact: exact?.losses };
}
