// Writes what both sides read: the model, its export, and a plan with the texts.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, saveOnnx } from '@attune/models/node';
import { loadTokenizer, saveTokenizer } from '@attune/tokenizer/node';
import { paths } from '../common/paths.mjs';
import { postings, titles } from '../common/texts.mjs';
import { writeModel } from '../common/write-model.mjs';

const task = 'sequence-classification';
const labels = Array.from({ length: 21 }, (_, i) => `label ${i}`);

/** @returns the plan, and the file it is in */
export async function prepareWorkload(directory, { source, texts: kind, maxLength, ...workload }, settings) {
  const tokenizer = await loadTokenizer(paths.tokenizer);
  const { count = workload.count, ...rest } = settings;
  const model = join(directory, 'model');
  await writeModel(model, { source, task, labels, tokenizer });
  const exported = join(directory, 'exported');
  await exportModel(exported, model, tokenizer);
  const texts = await textsOf[kind](tokenizer, { count, maxLength });
  if (texts.length < count) throw new RangeError(`texts: there are ${texts.length}, fewer than ${count}`);
  const lengths = lengthsOf(tokenizer, texts, maxLength);
  const plan = { ...rest, model, exported, labels, texts, lengths, maxLength };
  const path = join(directory, 'plan.json');
  await writeFile(path, JSON.stringify(plan));
  return { ...plan, path };
}

async function exportModel(directory, from, tokenizer) {
  const { model, parameters } = await loadModel(from, { task });
  await mkdir(directory);
  await saveOnnx(directory, { model, parameters, precisions: ['fp32'] });
  await saveTokenizer(tokenizer, directory);
}

const textsOf = {
  titles: async (_, { count }) => (await titles()).slice(0, count).map(({ text }) => text),
  /** The first that are long enough, cut where they have that many tokens: transformers.js, truncating, drops the last special token. */
  async postings(tokenizer, { count, maxLength }) {
    const chosen = new Set();
    for await (const text of postings()) {
      if (chosen.size === count) break;
      const cut = cutAt(tokenizer, text, maxLength);
      if (lengthsOf(tokenizer, [cut], maxLength + 1)[0] === maxLength) chosen.add(cut);
    }
    return [...chosen];
  },
};

/** The start of a text, where its first tokens end. */
function cutAt(tokenizer, text, maxLength) {
  const { offsets } = tokenizer.encode(text, { truncation: { maxLength }, padding: false });
  return text.slice(0, Math.max(...offsets));
}

/** Tokens of each text, special ones included. */
function lengthsOf(tokenizer, texts, maxLength) {
  const { starts } = tokenizer.encodeBatch(texts, { truncation: { maxLength }, padding: false });
  return texts.map((_, i) => starts[i + 1] - starts[i]);
}
