// Logits as transformers.js computes them from an exported directory.
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AutoModelForSequenceClassification, AutoTokenizer, env } from '@huggingface/transformers';

/**
 * Loads `onnx/model.onnx` (dtype fp32) or `onnx/model_quantized.onnx` (q8) of a directory.
 *
 * @param threads of a run; as many as onnxruntime chooses unless given
 * @returns `logits(texts)`, a row a text, computed in the order given, padded to the longest of each batch; and `close`
 */
export async function openTransformersJs(directory, { dtype, threads }) {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(directory);
  const session_options = threads === undefined ? {} : { intraOpNumThreads: threads };
  const tokenizer = await AutoTokenizer.from_pretrained(basename(directory));
  const model = await AutoModelForSequenceClassification.from_pretrained(basename(directory), {
    dtype,
    session_options,
  });
  const logits = async (texts, { maxLength, batchSize = 8 }) => {
    const rows = [];
    for (let start = 0; start < texts.length; start += batchSize) {
      const options = { padding: true, truncation: true, max_length: maxLength };
      const { logits } = await model(await tokenizer(texts.slice(start, start + batchSize), options));
      rows.push(...logits.data);
    }
    return rows;
  };
  return { logits, close: () => model.dispose() };
}

/** Logits of texts, from a model that is opened for them. */
export async function transformersJsLogits(directory, { dtype, texts, ...options }) {
  const model = await openTransformersJs(directory, { dtype });
  try {
    return await model.logits(texts, options);
  } finally {
    await model.close();
  }
}

/** The version that is installed. */
export const transformersJsVersion = () =>
  JSON.parse(readFileSync(new URL('node_modules/@huggingface/transformers/package.json', import.meta.url), 'utf8'))
    .version;
