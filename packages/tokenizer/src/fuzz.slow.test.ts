import { expect, it } from 'vitest';
import { differences } from '../test/fuzz';
import { fuzzTokenizers } from '../test/fuzz-tokenizers';
import { describeWith } from '../test/needs';
import { reference, referenceTokenizer } from '../test/reference';
import { shared } from '../test/shared';
import { tokenizerFromJson } from './load/from-json';

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
