import { expect, it } from 'vitest';
import { differences } from '../test/fuzz';
import { fuzzTokenizers } from '../test/fuzz-tokenizers';
import { describeWith } from '../test/needs';
import { reference, referenceTokenizer } from '../test/reference';
import { shared } from '../test/shared';
import { tokenizerFromJson } from './load/from-json';

describeWith([shared, reference], 'random strings, as the reference', () => {
  it.each(fuzzTokenizers())('%s', async (_, json) => {
    const other = referenceTokenizer(JSON.stringify(json));
    expect(await differences(tokenizerFromJson(json), other, { count: 200, seed: 1 })).toEqual([]);
  });
});
