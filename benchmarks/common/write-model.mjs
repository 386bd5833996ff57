// Models as Hugging Face directories that both sides load.
import { mkdir } from 'node:fs/promises';
import { initialize, modelForTask, parseModelConfig } from '@attune/models';
import { loadModel, saveModel } from '@attune/models/node';
import { saveTokenizer } from '@attune/tokenizer/node';

/**
 * Writes a model with its tokenizer.
 *
 * @param source `{ pretrained }`, a directory whose head is made anew, or `{ config }`, a `config.json` with random weights
 * @param dropout every rate, where it is not the model's own
 */
export async function writeModel(directory, { source, task, labels, tokenizer, dropout }) {
  const { config, ...rest } = source.pretrained
    ? await pretrained(source.pretrained, { task, labels })
    : random(source.config, { task, labels });
  await mkdir(directory, { recursive: true });
  await saveModel(directory, { ...rest, task, config: dropout === undefined ? config : withDropout(config, dropout) });
  await saveTokenizer(tokenizer, directory);
}

async function pretrained(directory, { task, labels }) {
  const { model, parameters } = await loadModel(directory, { task, labels, seed: 1 });
  return { config: model.config, parameters };
}

function random(json, { task, labels = [] }) {
  const parsed = parseModelConfig(json, 'the benchmark');
  const { config, specs } = modelForTask(labels.length > 0 ? { ...parsed, labels } : parsed, task);
  return { config, parameters: initialize(specs, config, 1) };
}

const withDropout = (config, rate) => ({
  ...config,
  hiddenDropout: rate,
  attentionDropout: rate,
  classifierDropout: rate,
});
