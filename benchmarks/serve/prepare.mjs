// Writes the model that both sides serve, and reads the texts that they are asked about.
import { join } from 'node:path';
import { loadTokenizer } from '@attune/tokenizer/node';
import { paths } from '../common/paths.mjs';
import { postings, titles } from '../common/texts.mjs';
import { writeModel } from '../common/write-model.mjs';

const labels = Array.from({ length: 21 }, (_, i) => `label ${i}`);

/** MiniLM with a head made anew. @returns its directory */
export async function writeServed(directory) {
  const model = join(directory, 'minilm');
  const tokenizer = await loadTokenizer(paths.tokenizer);
  await writeModel(model, { source: { pretrained: paths.minilm }, task: 'sequence-classification', labels, tokenizer });
  return model;
}

const wordsOf = (text) => text.split(/\s+/);

/** What is asked about, by name; `texts` are distinct. */
export const workloads = {
  titles: {
    says: 'titles of 6 to 10 words',
    maxLength: 128,
    async texts() {
      const all = (await titles()).map(({ text }) => text);
      return all.filter((text) => wordsOf(text).length >= 6 && wordsOf(text).length <= 10);
    },
  },
  postings: {
    says: 'postings of 200 words',
    maxLength: 512,
    async texts() {
      const chosen = new Set();
      for await (const text of postings()) {
        const words = wordsOf(text);
        if (words.length >= 200) chosen.add(words.slice(0, 200).join(' '));
        if (chosen.size === 4000) break;
      }
      return [...chosen];
    },
  },
};
