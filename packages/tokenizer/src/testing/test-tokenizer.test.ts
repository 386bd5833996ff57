import { describe, expect, it } from 'vitest';
import { smallTokenizer } from '../../test/small';
import type { Encoding } from '../encode/encoding';
import type { Tokenizer } from '../tokenizer';
import { trainBpe } from '../training/train-bpe';
import type { TokenizerGoldens } from './golden-checks';
import { type TestTokenizerOptions, testTokenizer } from './test-tokenizer';

const good = smallTokenizer();

/** The titles of the tests that fail. */
async function failures(options: TestTokenizerOptions): Promise<string[]> {
  const failed: string[] = [];
  for (const { title, run } of testTokenizer({ lacks: ['lossless decoding'], randomTexts: 20, ...options }))
    await run().catch(() => failed.push(title));
  return failed;
}

/** The tokenizer with a change made to every encoding. */
function withEncodings(change: (encoding: Encoding, texts: number) => Encoding): Tokenizer {
  return {
    ...good,
    encode: (text, options) => change(good.encode(text, options), 1),
    encodePair: (a, b, options) => change(good.encodePair(a, b, options), 2),
    encodeWords: (words, options) => change(good.encodeWords(words, options), 1),
  };
}

const changed = (values: Int32Array, change: (value: number, i: number) => number) => values.map(change);

const texts = 'encodes texts to valid columns, with special tokens around them';
const pairs = 'encodes pairs as their texts';
const words = 'encodes words like separate texts';
const batches = 'encodes batches as text by text';
const truncation = 'truncates texts to windows that overlap by the stride';
const pairTruncation = 'truncates pairs by every strategy';
const padding = 'pads on either side';
const streams = 'decodes at once, in batches and id by id';
const special = 'leaves special tokens out of decoded text';
const stable = 'decodes to a text that stays the same from then on';
const json = 'is the same when read back from its JSON';

describe('testTokenizer', () => {
  const damaged: [string, Tokenizer, string[]][] = [
    ['nothing is wrong', good, []],
    [
      'an id has another token',
      { ...good, idToToken: (id) => good.idToToken(id === 9 ? 10 : id) },
      ['has an id for each token and a token for each id', texts, pairs, words, truncation, padding],
    ],
    [
      'offsets are moved',
      withEncodings((encoding) => ({ ...encoding, offsets: changed(encoding.offsets, (unit) => unit + 1) })),
      [texts, pairs, words, batches, truncation, padding, json],
    ],
    [
      'a column is short',
      withEncodings((encoding) => ({ ...encoding, typeIds: encoding.typeIds.subarray(1) })),
      [texts, pairs, words, truncation, padding, json],
    ],
    [
      'padding is not marked',
      withEncodings((encoding) => ({ ...encoding, attentionMask: changed(encoding.attentionMask, () => 1) })),
      [padding],
    ],
    [
      'special tokens are not marked',
      withEncodings((encoding) => ({ ...encoding, specialTokensMask: changed(encoding.specialTokensMask, () => 0) })),
      [texts, pairs, words, batches, truncation, padding, json],
    ],
    [
      'the texts of a pair are of mixed types',
      withEncodings((encoding, count) =>
        count === 1 ? encoding : { ...encoding, typeIds: changed(encoding.typeIds, (_, i) => i % 2) },
      ),
      [pairs],
    ],
    [
      'words are counted from 1',
      {
        ...good,
        encodeWords: (each, options) => {
          const encoding = good.encodeWords(each, options);
          return { ...encoding, wordIds: changed(encoding.wordIds, (word) => (word < 0 ? word : word + 1)) };
        },
      },
      [words],
    ],
    [
      'a batch has other ids',
      {
        ...good,
        encodeBatch: ((each, options) => {
          const batch = good.encodeBatch(each, options);
          return { ...batch, ids: changed(batch.ids, (id) => (id === 9 ? 10 : id)) };
        }) as Tokenizer['encodeBatch'],
      },
      [batches, padding],
    ],
    [
      'a batch has other offsets',
      {
        ...good,
        encodeBatch: ((each, options) => {
          const batch = good.encodeBatch(each, { ...options, offsets: true });
          return { ...batch, offsets: changed(batch.offsets, (unit) => Math.max(0, unit - 1)) };
        }) as Tokenizer['encodeBatch'],
      },
      [batches, padding],
    ],
    ['overflow is lost', withEncodings((encoding) => ({ ...encoding, overflowing: [] })), [truncation, pairTruncation]],
    [
      'the stride is left out',
      {
        ...good,
        encode: (text, options) => {
          if (typeof options?.truncation !== 'object') return good.encode(text, options);
          const { stride: _, ...others } = options.truncation;
          return good.encode(text, { ...options, truncation: others });
        },
      },
      [truncation, 'refuses wrong arguments'],
    ],
    [
      'padding is always on the right',
      {
        ...good,
        encode: (text, options) => {
          if (typeof options?.padding !== 'object') return good.encode(text, options);
          return good.encode(text, { ...options, padding: { ...options.padding, direction: 'right' } });
        },
      },
      [padding],
    ],
    [
      'wrong arguments are taken',
      { ...good, encode: (text, options) => good.encode(String(text), options) },
      ['refuses wrong arguments'],
    ],
    [
      'a stream loses its end',
      { ...good, decodeStream: (options) => ({ ...good.decodeStream(options), push: () => '' }) },
      [streams],
    ],
    [
      'special tokens are decoded',
      { ...good, decode: (ids, options) => good.decode(ids, { ...options, skipSpecialTokens: false }) },
      [streams, special, stable, json],
    ],
    ['the JSON is of another tokenizer', { ...good, toJson: () => smallTokenizer(false).toJson() }, [json]],
    [
      'the JSON is not a copy',
      {
        ...good,
        toJson: (() => {
          const file = good.toJson();
          return () => file;
        })(),
      },
      [json],
    ],
  ];

  it.each(damaged)('fails where it should if %s', async (_, tokenizer, failing) => {
    expect(await failures({ open: () => tokenizer })).toEqual(failing);
  });

  it('fails if decoding is lossy and nothing says so', async () => {
    expect(await failures({ open: () => good, lacks: [] })).toEqual(['decodes to the text that was encoded']);
    expect(await failures({ open: () => trainBpe(['a nurse'], { vocabSize: 270 }), lacks: [] })).toEqual([]);
  });

  it('fails if a text of the caller is encoded otherwise', async () => {
    const picky: Tokenizer = {
      ...good,
      encodeBatch: ((each, options) =>
        good.encodeBatch(
          each.map((text) => (text === 'welder' ? 'nurse' : text)),
          options,
        )) as Tokenizer['encodeBatch'],
    };
    expect(await failures({ open: () => picky })).toEqual([]);
    expect(await failures({ open: () => picky, texts: ['welder'] })).toEqual([batches, padding]);
  });

  it('opens the tokenizer once, and says which text is at fault', async () => {
    let opened = 0;
    const tokenizer = withEncodings((encoding) => ({ ...encoding, tokens: encoding.tokens.map(() => 'x') }));
    const tests = testTokenizer({
      open: async () => {
        opened++;
        return tokenizer;
      },
    });
    await expect(tests[1].run()).rejects.toThrow('"": tokens: expected ["[CLS]","[SEP]"], got ["x","x"]');
    await expect(tests[2].run()).rejects.toThrow('tokens: expected');
    expect(opened).toBe(1);
  });
});

describe('goldens', () => {
  const each = [
    { name: 'a nurse', text: 'A nurse' },
    { name: 'an engineer', text: 'an engineer!' },
  ];
  const golden = ({ ids, typeIds, specialTokensMask, wordIds, offsets, sequenceIds, attentionMask }: Encoding) => {
    const orNull = (values: Int32Array) => Array.from(values, (value) => (value < 0 ? null : value));
    return {
      ids: [...ids],
      type_ids: [...typeIds],
      special_tokens_mask: [...specialTokensMask],
      word_ids: orNull(wordIds),
      offsets: [...offsets],
      sequence_ids: orNull(sequenceIds),
      attention_mask: [...attentionMask],
    };
  };
  const [a, b] = each.map(({ text }) => text);
  const cut = { max_length: 6, stride: 1, strategy: 'longest_first', direction: 'right' } as const;
  const kept = good.encode(b, { truncation: { maxLength: 6, stride: 1 } });
  const decoded = (ids: ArrayLike<number>) => ({
    skip: good.decode(ids),
    keep: good.decode(ids, { skipSpecialTokens: false }),
  });
  const goldens = {
    texts: each,
    single: each.map(({ text }) => golden(good.encode(text))),
    pairs: [{ a: 0, b: 1, ...golden(good.encodePair(a, b)) }],
    truncation: [
      { a: 1, b: null, ...cut, encodings: [kept, ...kept.overflowing].map(golden) },
      { a: 0, b: null, ...cut, strategy: 'only_second', max_length: 3, error: 'no second' },
    ],
    padding: [
      {
        texts: [0],
        options: { length: 9, pad_id: 4 },
        rows: [golden(good.encode(a, { padding: { length: 9, padId: 4 } }))],
      },
    ],
    pretokenized: [{ words: ['a', 'nurse'], ...golden(good.encodeWords(['a', 'nurse'])) }],
    decode: {
      texts: each.map(({ text }) => decoded(good.encode(text).ids)),
      random: [{ ids: [2, 9, 50, 3], ...decoded([2, 9, 50, 3]) }],
    },
  } satisfies TokenizerGoldens;

  const wrong: [string, TokenizerGoldens, string[]][] = [
    ['nothing', goldens, []],
    [
      'an id',
      { ...goldens, single: [goldens.single[0], { ...goldens.single[1], ids: goldens.single[1].ids.map(() => 5) }] },
      ['encodes texts and batches as the reference', 'decodes as the reference'],
    ],
    [
      'an offset of a pair',
      { ...goldens, pairs: [{ ...goldens.pairs[0], offsets: goldens.pairs[0].offsets.map(() => 0) }] },
      ['encodes pairs as the reference'],
    ],
    [
      'a part that was cut off',
      { ...goldens, truncation: [{ ...goldens.truncation[0], encodings: [golden(kept)] }] },
      ['truncates as the reference'],
    ],
    [
      'a refusal',
      { ...goldens, truncation: [{ ...goldens.truncation[1], strategy: 'longest_first', stride: 0 }] },
      ['truncates as the reference'],
    ],
    [
      'a padded row',
      { ...goldens, padding: [{ ...goldens.padding[0], options: { length: 9 } }] },
      ['pads as the reference'],
    ],
    [
      'a word id',
      { ...goldens, pretokenized: [{ ...goldens.pretokenized[0], words: ['a nurse'] }] },
      ['encodes words as the reference'],
    ],
    [
      'a decoded text',
      { ...goldens, decode: { ...goldens.decode, random: [{ ids: [9], skip: '', keep: 'e' }] } },
      ['decodes as the reference'],
    ],
  ];

  it.each(wrong)('are compared: %s is another', async (_, other, failing) => {
    expect(await failures({ open: () => good, goldens: other })).toEqual(failing);
  });

  it('may be in part', () => {
    const { texts: some, single } = goldens;
    const titles = testTokenizer({ open: () => good, goldens: { texts: some, single } }).map(({ title }) => title);
    expect(titles.filter((title) => title.includes('reference'))).toEqual([
      'encodes texts and batches as the reference',
    ]);
  });
});
