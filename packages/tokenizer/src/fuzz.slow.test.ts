import { expect, it } from 'vitest';
import { differences } from '../test/fuzz';
import { fuzzTokenizers, styleTokenizers } from '../test/fuzz-tokenizers';
import { describeWith } from '../test/needs';
import { reference, referenceTokenizer } from '../test/reference';
import { shared } from '../test/shared';
import { tokenizerFromJson } from './load/from-json';

/** Number of strings over the eight styles; `FUZZ_STRINGS=10000` for a shorter run. */
const strings = Number(process.env.FUZZ_STRINGS ?? 1_000_000);

describeWith([shared, reference], `${strings} random strings over the styles of further families`, () => {
  const tokenizers = styleTokenizers();

  it.each(tokenizers)('%s', async (_, json) => {
    const other = referenceTokenizer(JSON.stringify(json));
    const count = Math.ceil(strings / tokenizers.length);
    expect(await differences(tokenizerFromJson(json), other, { count, seed: 3 })).toEqual([]);
  });
});

describeWith([shared, reference], 'a million random strings', () => {
  const tokenizers = fuzzTokenizers();

  it.each(tokenizers)('%s', async (_, json) => {
    const other = referenceTokenizer(JSON.stringify(json));
    const count = Math.ceil(1_000_000 / tokenizers.length);
    expect(await differences(tokenizerFromJson(json), other, { count, seed: 2 })).toEqual([]);
  });

  it.each(tokenizers)('a megabyte, %s', async (_, json) => {
    const tokenizer = tokenizerFromJson(json);
    const other = referenceTokenizer(JSON.stringify(json));
    for (const text of ['x'.repeat(1e6), 'abcé中'.repeat(2e5), 'the nurse said '.repeat(7e4)]) {
      expect(tokenizer.encode(text).ids.join()).toBe((await other.encode(text)).getIds().join());
    }
  });
});
