import { describe, expect, it } from 'vitest';
import { differences } from './_fuzz';
import { fuzzTokenizers } from './_fuzz-tokenizers';
import { hasGoldens } from './_goldens';
import { hasReference, referenceTokenizer } from './_reference';
import { tokenizerFromJson } from './tokenizer-from-json';

const able = hasGoldens && hasReference;
const tokenizers = able ? fuzzTokenizers() : [];

describe.skipIf(!able)('a million random strings (needs ../shared, and npm install in benchmarks/tokenizer)', () => {
  it.each(tokenizers)('%s', async (_, json) => {
    const reference = referenceTokenizer(JSON.stringify(json));
    const count = Math.ceil(1_000_000 / tokenizers.length);
    expect(await differences(tokenizerFromJson(json), reference, { count, seed: 2 })).toEqual([]);
  });

  it.each(tokenizers)('a megabyte, %s', async (_, json) => {
    const tokenizer = tokenizerFromJson(json);
    const reference = referenceTokenizer(JSON.stringify(json));
    for (const text of ['x'.repeat(1e6), 'abcé中'.repeat(2e5), 'the nurse said '.repeat(7e4)]) {
      expect(tokenizer.encode(text).ids.join()).toBe((await reference.encode(text)).getIds().join());
    }
  });
});
