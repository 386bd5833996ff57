// Writes the model twice: as Hugging Face's directory, and as the ONNX file that transformers.js reads.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, saveOnnx } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { paths } from '../common/paths.mjs';
import { writeModel } from '../common/write-model.mjs';

/** @returns the path of the plan that both sides read: prompts are token ids, as many in each, so that no side pads */
export async function prepareWorkload(directory, { source, prompts: count, promptTokens, newTokens }, { threads }) {
  const [model, exported] = [join(directory, 'model'), join(directory, 'exported')];
  await writeModel(model, { source, task: 'causal-lm', tokenizer: await loadTokenizer(paths.stories) });
  const loaded = await loadModel(model, { task: 'causal-lm' });
  await mkdir(exported);
  await saveOnnx(exported, { ...loaded, precisions: ['fp32'] });
  const { vocabSize } = loaded.model.config;
  const idAt = (row, i) => (i === 0 ? 1 : 3 + ((row * 131 + i * 37) % (vocabSize - 3)));
  const prompts = Array.from({ length: count }, (_, row) =>
    Array.from({ length: promptTokens }, (_, i) => idAt(row, i)),
  );
  const path = join(directory, 'plan.json');
  await writeFile(path, JSON.stringify({ model, exported, prompts, newTokens, threads }));
  return path;
}
