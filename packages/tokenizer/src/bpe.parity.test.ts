import { describe, expect, it } from 'vitest';
import { hasGoldens, readGolden, readShared } from './_goldens';
import type { Encoding } from './encoding';
import { streamDecoder } from './stream-decoder';
import { tokenizerFromJson } from './tokenizer-from-json';

/** What the reference (tokenizers 0.23.3) gave; see the fixtures' README. */
interface GoldenEncoding {
  ids: number[];
  type_ids: number[];
  special_tokens_mask: number[];
  word_ids: (number | null)[];
  offsets: number[];
}

type GoldenPair = GoldenEncoding & { a: number; b: number; sequence_ids: (number | null)[] };
type Decoded = { skip: string; keep: string };

const orNull = (values: Int32Array) => Array.from(values, (value) => (value < 0 ? null : value));

function plain(encoding: Encoding) {
  return {
    ids: [...encoding.ids],
    type_ids: [...encoding.typeIds],
    special_tokens_mask: [...encoding.specialTokensMask],
    word_ids: orNull(encoding.wordIds),
    offsets: [...encoding.offsets],
  };
}

const PATHS = {
  'gpt2-style': 'tokenizers/gpt2-style',
  'llama2-32k': 'tokenizers/llama2-32k',
  'llama3-style': 'tokenizers/llama3-style',
  stories260K: 'stories260K',
};
const NAMES = Object.keys(PATHS) as (keyof typeof PATHS)[];

describe.skipIf(!hasGoldens).each(NAMES)('%s, as the reference (needs ../shared/goldens)', (name) => {
  const texts = hasGoldens ? readGolden<{ name: string; text: string }[]>('texts.json') : [];
  const golden = <Value>(file: string) => readGolden<Value>(`${name}/${file}.json`);
  const load = () => tokenizerFromJson(readShared(`weights/${PATHS[name]}/tokenizer.json`));

  it('encodes single texts, and a batch to the same ids and offsets', () => {
    const tokenizer = load();
    const batch = tokenizer.encodeBatch(
      texts.map(({ text }) => text),
      { offsets: true },
    );
    for (const [i, { ids: wanted, type_ids, special_tokens_mask, word_ids, offsets }] of golden<GoldenEncoding[]>(
      'single',
    ).entries()) {
      expect(plain(tokenizer.encode(texts[i].text)), texts[i].name).toEqual({
        ...{ ids: wanted, type_ids, special_tokens_mask, word_ids, offsets },
      });
      const [start, end] = [batch.starts[i], batch.starts[i + 1]];
      expect([...batch.ids.subarray(start, end)], texts[i].name).toEqual(wanted);
      expect([...batch.offsets.subarray(2 * start, 2 * end)], texts[i].name).toEqual(offsets);
    }
  });

  it('encodes pairs', () => {
    const tokenizer = load();
    for (const { a, b, ...expected } of golden<GoldenPair[]>('pairs')) {
      const encoding = tokenizer.encodePair(texts[a].text, texts[b].text);
      const given = { ...plain(encoding), sequence_ids: orNull(encoding.sequenceIds) };
      expect(given, `${texts[a].name}, ${texts[b].name}`).toMatchObject({ ...expected });
    }
  });

  it('decodes, at once and id by id', () => {
    const tokenizer = load();
    const single = golden<GoldenEncoding[]>('single');
    const { texts: decoded, random } = golden<{ texts: Decoded[]; random: (Decoded & { ids: number[] })[] }>('decode');
    for (const { ids, skip, keep } of [...decoded.map((each, i) => ({ ...each, ids: single[i].ids })), ...random]) {
      expect(tokenizer.decode(ids)).toBe(skip);
      expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(keep);
      const stream = streamDecoder(tokenizer);
      expect(ids.map((id) => stream.push(id)).join('') + stream.end()).toBe(skip);
    }
  });
});

/** The file merges `▁▁` before anything else, which Llama's own does not: spaces in a row come out differently. */
const hasSpacesInARow = (text: string) => /^[ ▁]|[ ▁]{2}/.test(text);

describe.skipIf(!hasGoldens)("Llama 2's tokenizer elsewhere (needs ../shared/weights)", () => {
  const load = () => tokenizerFromJson(readShared('weights/tokenizers/llama2-32k/tokenizer.json'));
  const golden = (file: string) => readShared(`weights/tokenizers/golden/${file}`);

  it('encodes as in transformers.js', () => {
    const tokenizer = load();
    const cases = JSON.parse(golden('transformersjs_llama.json')) as Record<
      string,
      Record<string, { text: string; ids: number[] }>
    >;
    const { LLAMA_SPECIAL_TOKENS: _, ...others } = cases['Xenova/llama-tokenizer'];
    for (const [name, { text, ids }] of Object.entries(others)) {
      if (!hasSpacesInARow(text)) expect([...tokenizer.encode(text).ids], name).toEqual(ids);
    }
  });

  it('encodes as in llama.cpp', () => {
    const tokenizer = load();
    const texts = golden('ggml-vocab-llama-spm.gguf.inp').split('\n__ggml_vocab_test__\n').slice(0, -1);
    const lines = golden('ggml-vocab-llama-spm.gguf.out').split('\n');
    for (const [i, text] of texts.entries()) {
      if (hasSpacesInARow(text)) continue;
      const { ids } = tokenizer.encode(text, { addSpecialTokens: false });
      expect([...ids].join(' '), JSON.stringify(text)).toBe(lines[i].trim());
    }
  });
});
