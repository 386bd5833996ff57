// Texts as a workload's examples: `{ ids, labels }`, the labels a class id, or one for each token.
import { seededRandom } from '@attune/data';
import { ignoredLabel } from '@attune/models';
import { postings, skillSentences, titles } from '../common/texts.mjs';
import { maskTokens } from './mask-tokens.mjs';

/** NAICS titles of 5 to 20 tokens with their sectors. */
async function titleExamples(tokenizer, { count, labels }) {
  const entries = await titles();
  const { ids, starts } = tokenizer.encodeBatch(entries.map(({ text }) => text));
  const examples = entries.map(({ label }, i) => ({
    ids: [...ids.subarray(starts[i], starts[i + 1])],
    labels: labels.indexOf(label),
  }));
  return examples.filter((example) => example.ids.length >= 5 && example.ids.length <= 20).slice(0, count);
}

/** Postings cut to 200 tokens. They have no label of their own: each class in turn costs the same. */
async function postingExamples(tokenizer, { count, labels }) {
  const texts = await cutPostings(tokenizer, { count, length: 200 });
  return texts.map((ids, i) => ({ ids, labels: i % labels.length }));
}

/** Postings cut to 256 tokens, some of them masked. */
async function maskedExamples(tokenizer, { count }) {
  const random = seededRandom(1);
  const { maskId, vocabSize } = tokenizer;
  const texts = await cutPostings(tokenizer, { count, length: 256 });
  return texts.map((ids) => maskTokens(ids, { random, maskId, vocabSize }));
}

/** SkillSpan's sentences, the first token of each word with its tag. */
async function skillExamples(tokenizer, { count, labels }) {
  const options = { truncation: { maxLength: 128 }, padding: false };
  return skillSentences()
    .slice(0, count)
    .map(({ words, tags }) => {
      const { ids, wordIds } = tokenizer.encodeWords(words, options);
      const isFirst = (i) => wordIds[i] >= 0 && wordIds[i] !== wordIds[i - 1];
      const own = Array.from(wordIds, (word, i) => (isFirst(i) ? labels.indexOf(tags[word]) : ignoredLabel));
      return { ids: [...ids], labels: own };
    });
}

/** The first postings that have `length` tokens or more, cut there. */
async function cutPostings(tokenizer, { count, length }) {
  const cut = [];
  for await (const text of postings()) {
    if (cut.length === count) break;
    const { ids } = tokenizer.encodeBatch([text], { truncation: { maxLength: length }, padding: false });
    if (ids.length === length) cut.push([...ids]);
  }
  return cut;
}

/** What `examples` of a workload names. */
export const examplesOf = {
  titles: titleExamples,
  postings: postingExamples,
  masked: maskedExamples,
  skills: skillExamples,
};
