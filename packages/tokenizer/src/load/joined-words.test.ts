import { expect, it } from 'vitest';
import { tokenizerFromJson } from './from-json';

const pieces = ['<unk>', '▁Java', 'Java', '▁,', ',', '▁', 'C'].map((piece, i) => [piece, -i]);
const metaspace = (scheme: string) => ({ type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split: true });

/** A Unigram tokenizer whose words are marked with a space, as a file of its pre-tokenizer says. */
const tokenizerOf = (preTokenizer: object) =>
  tokenizerFromJson({
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: null,
    model: { type: 'Unigram', unk_id: 0, vocab: pieces },
  });

it.each([
  ['a Metaspace', metaspace('always')],
  ['a Metaspace of first words', metaspace('first')],
  ['a Metaspace after others', { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace('always')] }],
])('marks no space before a joined word: %s', (_, preTokenizer) => {
  const tokenizer = tokenizerOf(preTokenizer);
  const joined = [false, true, true, false];
  expect(tokenizer.encodeWords(['Java', ',', 'C', 'Java'], { joined }).tokens).toEqual(['▁Java', ',', 'C', '▁Java']);
  expect(tokenizer.encodeWords(['Java', ',']).tokens).toEqual(['▁Java', '▁,']);
});

it('refuses another number of booleans than words', () => {
  const tokenizer = tokenizerOf(metaspace('always'));
  expect(() => tokenizer.encodeWords(['Java', ','], { joined: [true] })).toThrow(
    /joined expected 2 booleans, one per word, got 1/,
  );
});
