// Writes what both sides read: the model as a Hugging Face directory, and a plan with the batches.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadTokenizer } from '@attune/tokenizer/node';
import { paths } from '../common/paths.mjs';
import { writeModel } from '../common/write-model.mjs';
import { examplesOf } from './examples.mjs';

const settings = { learningRate: 2e-5, weightDecay: 0.01, maxGradNorm: 1, seed: 1 };

/**
 * @param warmup steps that are not counted; grouped by length it is a whole epoch, so that what is counted is a whole epoch too
 * @param dropout every rate, where it is not the model's own
 * @param sides what else the two sides are told: `engine`, `from` and `bf16`, and `onGpu` for the Trainer
 * @returns the plan, and the file it is in
 */
export async function prepareWorkload(
  directory,
  workload,
  { steps, warmup, threads, rows, groupByLength, dropout, ...sides },
) {
  const { task, source, labels, batchSize } = workload;
  const tokenizer = await loadTokenizer(paths.tokenizer);
  const model = join(directory, 'model');
  await writeModel(model, { source, task, labels, tokenizer, dropout });
  const batchCount = groupByLength ? steps : warmup + steps;
  const count = batchCount * batchSize;
  const examples = await examplesOf[workload.examples](tokenizer, { count, labels });
  if (examples.length < count) throw new RangeError(`steps: there are ${examples.length} texts, fewer than ${count}`);
  const batches = Array.from({ length: batchCount }, (_, i) => examples.slice(i * batchSize, (i + 1) * batchSize));
  const plan = { ...settings, ...sides, task, model, batchSize, batches, steps, warmup, threads, rows, groupByLength };
  const path = join(directory, 'plan.json');
  await writeFile(path, JSON.stringify(plan));
  return { ...plan, path };
}
