// Logits as transformers.js computes them from an exported directory.
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AutoModelForSequenceClassification, AutoTokenizer, env } from '@huggingface/transformers';

/** Logits, a row a text, of `onnx/model.onnx` (dtype fp32) or `onnx/model_quantized.onnx` (q8). */
export async function transformersJsLogits(directory, { dtype, texts, maxLength, batchSize = 8 }) {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(directory);
  const tokenizer = await AutoTokenizer.from_pretrained(basename(directory));
  const model = await AutoModelForSequenceClassification.from_pretrained(basename(directory), { dtype });
  const rows = [];
  for (let start = 0; start < texts.length; start += batchSize) {
    const options = { padding: true, truncation: true, max_length: maxLength };
    const { logits } = await model(await tokenizer(texts.slice(start, start + batchSize), options));
    rows.push(...logits.data);
  }
  await model.dispose();
  return rows;
}

/** The version that is installed. */
export const transformersJsVersion = () =>
  JSON.parse(readFileSync(new URL('node_modules/@huggingface/transformers/package.json', import.meta.url), 'utf8'))
    .version;
