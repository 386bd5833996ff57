// Writes prompts of equal length, and the file that transformers.js reads.
import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportDecoder, quantized, quantizeParameters } from '@attune/models';
import { loadModel, saveOnnx } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { paths } from '../common/paths.mjs';

/** What transformers.js calls a format, and the file that it reads then. */
const peers = { fp32: 'fp32', int8: 'q8', int4: 'q4' };

/**
 * @param name a format, with `-8` behind it for activations in 8 bits
 * @returns the path of the plan that both sides read
 */
export async function prepareDecoding(directory, { model, name, promptTokens, ...plan }) {
  const [format, bits] = name.split('-');
  const activations = bits === '8' ? 'int8' : 'float32';
  const prompts = await promptsOf(model, { count: Math.max(...plan.counts), promptTokens });
  const exported = join(directory, 'exported');
  await mkdir(exported);
  await writeExported(exported, { model, format, activations });
  const path = join(directory, 'plan.json');
  const sides = { format, activations, exported, dtype: peers[format] };
  await writeFile(path, JSON.stringify({ ...plan, ...sides, model, prompts }));
  return path;
}

/** Beginnings of postings that are as many tokens when read again: `{ text, ids }`. */
async function promptsOf(model, { count, promptTokens }) {
  const tokenizer = await loadTokenizer(model);
  const encode = (text) => Array.from(tokenizer.encode(text, { truncation: false, padding: false }).ids);
  const lines = (await readFile(paths.postings, 'utf8')).split('\n').filter(Boolean);
  const prompts = [];
  for (const line of lines) {
    const text = tokenizer.decode(encode(JSON.parse(line).text).slice(0, promptTokens));
    const ids = encode(text);
    if (ids.length === promptTokens) prompts.push({ text, ids });
    if (prompts.length === count) return prompts;
  }
  throw new Error(`${paths.postings}: expected ${count} postings of ${promptTokens} tokens, got ${prompts.length}`);
}

async function writeExported(directory, { model: source, format, activations }) {
  const { model, parameters } = await loadModel(source, { task: 'causal-lm' });
  await saveOnnx(directory, { model, parameters, precisions: format === 'int4' ? [] : [format] });
  if (format === 'int4') {
    const base = quantized(model, { format });
    const codes = quantizeParameters(base, parameters);
    const file = exportDecoder(base, { parameters: codes, isPortable: false, activations });
    const handle = await open(join(directory, 'onnx', 'model_q4.onnx'), 'w');
    for (const chunk of file.chunks()) await handle.writeFile(chunk);
    await handle.close();
  }
  await copyFile(join(source, 'generation_config.json'), join(directory, 'generation_config.json')).catch(() => {});
}
