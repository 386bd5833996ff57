import { describe, expect, it } from 'vitest';
import { differences } from './_fuzz';
import { fuzzTokenizers } from './_fuzz-tokenizers';
import { hasGoldens } from './_goldens';
import { hasReference, referenceTokenizer } from './_reference';
import { tokenizerFromJson } from './tokenizer-from-json';

const able = hasGoldens && hasReference;

describe.skipIf(!able)(
  'random strings, as the reference (needs ../shared, and npm install in benchmarks/tokenizer)',
  () => {
    it.each(able ? fuzzTokenizers() : [])('%s', async (_, json) => {
      const reference = referenceTokenizer(JSON.stringify(json));
      expect(await differences(tokenizerFromJson(json), reference, { count: 200, seed: 1 })).toEqual([]);
    });
  },
);
