// A workload's texts as the product's own examples, with the product's own task.
import { labelEncoder } from '@attune/data';
import { encodeTexts, maskedLmTask, sequenceTask, textChunks, tokenExamples, tokenTask } from '@attune/train';
import { jobTitles, postings, skillSentences } from '../common/texts.mjs';

const chunkLength = 128;

async function titles({ tokenizer, count }) {
  const entries = (await jobTitles()).slice(0, count);
  const { labels, encode } = labelEncoder(entries.map(({ label }) => label));
  const texts = entries.map(({ text }) => text);
  const targets = entries.map(({ label }) => encode(label));
  const data = { sequences: encodeTexts(tokenizer, texts, chunkLength), targets };
  return { labels, data, taskOf: sequenceTask };
}

function sentences({ tokenizer, count }) {
  const labels = ['O', 'B', 'I'];
  // A few more than are needed: one in which no token has a label is left out.
  const all = tokenExamples(skillSentences().slice(0, count + 50), { tokenizer, labels, maxLength: chunkLength });
  const data = { sequences: all.sequences.slice(0, count), labels: all.labels.slice(0, count) };
  return { labels, data, taskOf: () => tokenTask(labels, { scheme: 'none' }) };
}

async function chunks({ tokenizer, count }) {
  const texts = [];
  for await (const text of postings()) {
    if (texts.length === count) break;
    texts.push(text);
  }
  const { sequences } = textChunks(texts, { tokenizer, chunkLength });
  const { maskId, clsId, sepId, padId, vocabSize } = tokenizer;
  const masking = { maskTokenId: maskId, vocabSize, specialTokenIds: [clsId, sepId, padId, maskId] };
  return { data: { sequences: sequences.slice(0, count) }, taskOf: () => maskedLmTask(masking) };
}

/**
 * What `examples` of a workload names: `count` examples.
 *
 * @returns `data`; `taskOf(config)`, the task; `labels`, where the task has any
 */
export const examplesOf = { titles, sentences, chunks };
