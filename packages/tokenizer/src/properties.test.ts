import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../test/needs';
import { readShared, shared } from '../test/shared';
import { smallJson, smallTokenizer } from '../test/small';
import type { Encoding } from './encode/encoding';
import { tokenizerFromJson } from './load/from-json';
import type { Tokenizer } from './tokenizer';

/** Any UTF-16 at all: words, special tokens, marks that reorder, lone surrogates, newer and unassigned code points. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 8 }),
      fc.constantFrom(
        '[MASK]',
        '[SEP]',
        ' nurse ',
        'ENGINEERING',
        'é',
        'e\u0301',
        'a\u0301\u302e',
        '\u0898',
        '中文',
        'İ',
      ),
      fc.constantFrom(
        '\ud835',
        '\udc1a',
        '𝐚',
        '\u0000',
        '\ufffd',
        '\u3000',
        '한국',
        'ς',
        '!?',
        '\u226e',
        '㐀'.repeat(3),
      ),
      fc.integer({ min: 95, max: 210 }).map((length) => 'x'.repeat(length)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

function expectSound(encoding: Encoding, text: string): void {
  const { ids, offsets, wordIds, specialTokensMask } = encoding;
  for (const column of ['typeIds', 'attentionMask', 'specialTokensMask', 'wordIds', 'sequenceIds', 'tokens'] as const) {
    expect(encoding[column].length).toBe(ids.length);
  }
  let previous = { start: 0, end: 0, word: -1 };
  for (let i = 0; i < ids.length; i++) {
    const [start, end] = offsets.subarray(2 * i, 2 * i + 2);
    if (specialTokensMask[i] === 1) {
      expect([start, end, wordIds[i]]).toEqual([0, 0, -1]);
      continue;
    }
    expect(start).toBeLessThan(end);
    expect(end).toBeLessThanOrEqual(text.length);
    expect(start).toBeGreaterThanOrEqual(previous.start);
    expect(end).toBeGreaterThanOrEqual(previous.end);
    expect(wordIds[i]).toBeGreaterThanOrEqual(previous.word);
    previous = { start, end, word: wordIds[i] };
  }
}

const strippingToken = { id: 200, content: 'welder', lstrip: true, rstrip: true, single_word: true, normalized: true };
const addedTokens = [...(smallJson().added_tokens ?? []), { ...strippingToken, special: false }];

const smallTokenizers: [string, () => Tokenizer][] = [
  ['small, uncased', () => smallTokenizer(true)],
  ['small, cased', () => smallTokenizer(false)],
  ['small, with a normalized added token', () => tokenizerFromJson(smallJson({ added_tokens: addedTokens }))],
  ['small, with no normalizer', () => tokenizerFromJson(smallJson({ normalizer: null }))],
];
const fromShared = (name: string): [string, () => Tokenizer] => [
  name,
  () => tokenizerFromJson(readShared(`weights/tokenizers/${name}/tokenizer.json`)),
];

describe('any string', () => {
  anyString(smallTokenizers);
  anyStrings(smallTokenizers);
});

describeWith([shared], 'any string, in tokenizers of models', () => {
  const bert = ['bert-base-uncased', 'bert-base-cased'].map(fromShared);
  anyString(bert);
  // The offsets of these may be empty, or the same for the parts of a character.
  anyStrings([...bert, ...['gpt2-style', 'llama3-style', 'llama2-32k'].map(fromShared)]);
});

function anyString(tokenizers: [string, () => Tokenizer][]): void {
  describe.each(tokenizers)('%s', (_, make) => {
    const tokenizer = make();

    it('is encoded, with offsets in range and in order', () => {
      fc.assert(
        fc.property(anyText, (text) => expectSound(tokenizer.encode(text), text)),
        { numRuns: 200 },
      );
    });

    it('is encoded as a pair and as words without an error', () => {
      fc.assert(
        fc.property(anyText, anyText, (a, b) => {
          const options = { truncation: { maxLength: 11, stride: 2 }, padding: { padToMultipleOf: 4 } };
          expect(tokenizer.encodePair(a, b, options).ids.length % 4).toBe(0);
          const words = tokenizer.encodeWords([a, b], { addSpecialTokens: false });
          const single = [a, b].map((word) => tokenizer.encode(word, { addSpecialTokens: false }));
          expect([...words.ids]).toEqual(single.flatMap(({ ids }) => [...ids]));
          expect([...words.offsets]).toEqual(single.flatMap(({ offsets }) => [...offsets]));
          expect([...words.wordIds]).toEqual(single.flatMap(({ ids }, word) => Array.from(ids, () => word)));
        }),
        { numRuns: 100 },
      );
    });
  });
}

function anyStrings(tokenizers: [string, () => Tokenizer][]): void {
  describe.each(tokenizers)('several, %s', (_, make) => {
    const tokenizer = make();

    it('gets the same ids and offsets in a batch', () => {
      const truncation = fc.constantFrom<undefined | { maxLength: number; direction?: 'left' | 'right' }>(
        undefined,
        { maxLength: 2 },
        { maxLength: 5 },
        { maxLength: 9, direction: 'left' },
      );
      fc.assert(
        fc.property(fc.array(anyText, { maxLength: 4 }), truncation, fc.boolean(), (texts, cut, addSpecialTokens) => {
          const options = { truncation: cut, addSpecialTokens };
          const { ids, starts } = tokenizer.encodeBatch(texts, options);
          const placed = tokenizer.encodeBatch(texts, { ...options, offsets: true });
          expect(starts.length).toBe(texts.length + 1);
          expect([...placed.ids, ...placed.starts]).toEqual([...ids, ...starts]);
          for (const [i, text] of texts.entries()) {
            const [start, end] = [starts[i], starts[i + 1]];
            const encoding = tokenizer.encode(text, options);
            expect([...ids.subarray(start, end)]).toEqual([...encoding.ids]);
            expect([...placed.offsets.subarray(2 * start, 2 * end)]).toEqual([...encoding.offsets]);
          }
        }),
        { numRuns: 200 },
      );
    });
  });
}
