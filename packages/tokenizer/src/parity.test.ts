import { describe, expect, it } from 'vitest';
import { hasGoldens, readGolden, readShared } from './_goldens';
import type { Encoding } from './encoding';
import type { TruncationOptions } from './options';
import { tokenizerFromJson } from './tokenizer-from-json';
import { tokenizerFromVocab } from './tokenizer-from-vocab';

/** What the reference (tokenizers 0.23.3) gave; see the fixtures' README. */
interface GoldenEncoding {
  ids: number[];
  type_ids: number[];
  special_tokens_mask: number[];
  word_ids: (number | null)[];
  offsets: number[];
  sequence_ids?: (number | null)[];
  attention_mask?: number[];
}

function asGolden(encoding: Encoding, golden: GoldenEncoding): GoldenEncoding {
  const orNull = (values: Int32Array) => Array.from(values, (value) => (value < 0 ? null : value));
  return {
    ids: [...encoding.ids],
    type_ids: [...encoding.typeIds],
    special_tokens_mask: [...encoding.specialTokensMask],
    word_ids: orNull(encoding.wordIds),
    offsets: [...encoding.offsets],
    ...(golden.sequence_ids && { sequence_ids: orNull(encoding.sequenceIds) }),
    ...(golden.attention_mask && { attention_mask: [...encoding.attentionMask] }),
  };
}

function expectEqual(encoding: Encoding, golden: GoldenEncoding, name: string): void {
  const { ids, type_ids, special_tokens_mask, word_ids, offsets, sequence_ids, attention_mask } = golden;
  expect(asGolden(encoding, golden), name).toEqual({
    ids,
    type_ids,
    special_tokens_mask,
    word_ids,
    offsets,
    ...(sequence_ids && { sequence_ids }),
    ...(attention_mask && { attention_mask }),
  });
}

const NAMES = ['bert-base-uncased', 'bert-base-cased'];

describe.skipIf(!hasGoldens).each(NAMES)('%s, as the reference (needs ../shared/goldens)', (name) => {
  const texts = hasGoldens ? readGolden<{ name: string; text: string }[]>('texts.json') : [];
  const golden = <Value>(file: string) => readGolden<Value>(`${name}/${file}.json`);
  const load = () => tokenizerFromJson(readShared(`weights/tokenizers/${name}/tokenizer.json`));

  it('encodes single texts', () => {
    const tokenizer = load();
    for (const [i, expected] of golden<GoldenEncoding[]>('single').entries()) {
      expectEqual(tokenizer.encode(texts[i].text), expected, texts[i].name);
    }
  });

  it('encodes a batch to the same ids and offsets', () => {
    const { ids, starts, offsets } = load().encodeBatch(
      texts.map(({ text }) => text),
      { offsets: true },
    );
    for (const [i, expected] of golden<GoldenEncoding[]>('single').entries()) {
      const [start, end] = [starts[i], starts[i + 1]];
      expect([...ids.subarray(start, end)], texts[i].name).toEqual(expected.ids);
      expect([...offsets.subarray(2 * start, 2 * end)], texts[i].name).toEqual(expected.offsets);
    }
  });

  it('encodes the same from vocab.txt', () => {
    const vocab = readShared(`weights/tokenizers/${name}/vocab.txt`);
    const tokenizer = tokenizerFromVocab(vocab, { lowercase: name === 'bert-base-uncased' });
    for (const [i, expected] of golden<GoldenEncoding[]>('single').entries()) {
      expectEqual(tokenizer.encode(texts[i].text), expected, texts[i].name);
    }
  });

  it('encodes pairs', () => {
    const tokenizer = load();
    for (const pair of golden<(GoldenEncoding & { a: number; b: number })[]>('pairs')) {
      expectEqual(tokenizer.encodePair(texts[pair.a].text, texts[pair.b].text), pair, `${pair.a} and ${pair.b}`);
    }
  });

  it('truncates', () => {
    const tokenizer = load();
    const cases = golden<TruncationCase[]>('truncation');
    for (const { a, b, max_length, strategy, stride, direction, ...expected } of cases) {
      const truncation: TruncationOptions = { maxLength: max_length, strategy, stride, direction };
      const encode = () =>
        b === null
          ? tokenizer.encode(texts[a].text, { truncation })
          : tokenizer.encodePair(texts[a].text, texts[b].text, { truncation });
      const title = JSON.stringify({ a, b, ...truncation });
      if (expected.error !== undefined) {
        expect(encode, title).toThrow(RangeError);
        continue;
      }
      const { overflowing, ...kept } = encode();
      const encodings = [{ ...kept, overflowing: [] }, ...overflowing];
      expect(encodings.length, title).toBe(expected.encodings?.length);
      for (const [i, part] of expected.encodings?.entries() ?? [])
        expectEqual(encodings[i], part, `${title} part ${i}`);
      if (b === null) {
        const batch = tokenizer.encodeBatch([texts[a].text], { truncation, offsets: true });
        expect([[...batch.ids], [...batch.offsets]], title).toEqual([[...kept.ids], [...kept.offsets]]);
      }
    }
  });

  it('pads', () => {
    const tokenizer = load();
    for (const { texts: indices, options, rows } of golden<PaddingCase[]>('padding')) {
      const batch = indices.map((i) => texts[i].text);
      const longest = Math.max(...batch.map((text) => tokenizer.encode(text).ids.length));
      const padding = {
        length: options.length ?? longest,
        padToMultipleOf: options.pad_to_multiple_of,
        direction: options.direction,
        padId: options.pad_id,
        padTypeId: options.pad_type_id,
      };
      for (const [i, row] of rows.entries()) {
        expectEqual(tokenizer.encode(batch[i], { padding }), row, JSON.stringify({ options, text: indices[i] }));
      }
      const padded = tokenizer.encodeBatch(batch, {
        padding: { ...padding, length: options.length ?? undefined },
        offsets: true,
      });
      expect([...padded.ids]).toEqual(rows.flatMap((row) => row.ids));
      expect([...padded.offsets]).toEqual(rows.flatMap((row) => row.offsets));
    }
  });

  it('encodes words that are split already', () => {
    const tokenizer = load();
    for (const expected of golden<(GoldenEncoding & { words: string[] })[]>('pretokenized')) {
      expectEqual(tokenizer.encodeWords(expected.words), expected, expected.words.join(' '));
    }
  });

  it('decodes', () => {
    const tokenizer = load();
    const { texts: decoded, random } = golden<DecodeCases>('decode');
    const single = golden<GoldenEncoding[]>('single');
    const cases = [...decoded.map((expected, i) => ({ ...expected, ids: single[i].ids })), ...random];
    for (const { ids, skip, keep } of cases) {
      expect(tokenizer.decode(ids)).toBe(skip);
      expect(tokenizer.decode(Int32Array.from(ids), { skipSpecialTokens: false })).toBe(keep);
    }
    expect(tokenizer.decodeBatch(cases.map(({ ids }) => ids))).toEqual(cases.map(({ skip }) => skip));
  });
});

interface TruncationCase {
  a: number;
  b: number | null;
  max_length: number;
  stride: number;
  strategy: TruncationOptions['strategy'];
  direction: TruncationOptions['direction'];
  encodings?: GoldenEncoding[];
  error?: string;
}

interface PaddingCase {
  texts: number[];
  options: {
    length: number | null;
    pad_to_multiple_of?: number;
    direction?: 'left' | 'right';
    pad_id?: number;
    pad_type_id?: number;
  };
  rows: GoldenEncoding[];
}

interface DecodeCases {
  texts: { skip: string; keep: string }[];
  random: { ids: number[]; skip: string; keep: string }[];
}
