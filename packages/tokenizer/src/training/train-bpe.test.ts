import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../../test/needs';
import { reference, referenceTokenizer } from '../../test/reference';
import { type TrainBpeOptions, trainBpe } from './train-bpe';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const index = read('../../../../examples/sectors/data/naics-2012-index.tsv').split('\n');
const texts = index.slice(1, 3001).map((line) => line.split('\t')[0]);
const { version, cases } = JSON.parse(read('../../fixtures/bpe-trained.json')) as {
  version: string;
  cases: (TrainBpeOptions & { tokens: string[]; merges: [string, string][] })[];
};

describe(`trainBpe, as the trainer of tokenizers ${version}`, () => {
  it.each(cases)('$style, $vocabSize entries', ({ tokens, merges, ...options }) => {
    const { model } = trainBpe(texts, options).toJson();
    expect(model.merges).toEqual(merges);
    expect(Object.entries(model.vocab).sort(([, a], [, b]) => a - b)).toEqual(tokens.map((token, id) => [token, id]));
  });
});

describe('trainBpe', () => {
  it('gives the same whatever order the texts come in', () => {
    const options = { vocabSize: 400 };
    expect(trainBpe([...texts].reverse(), options).toJson()).toEqual(trainBpe(texts, options).toJson());
  });

  it('encodes any text in bytes', () => {
    const tokenizer = trainBpe(['hug pug hugs'], { vocabSize: 300 });
    const text = ' hugs\u0000 中\u{1f600}\n';
    expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
    expect(tokenizer.encode('hugs').tokens).toEqual(['hug', 's']);
  });

  it('tells how far it is', () => {
    const seen: number[] = [];
    const { vocabSize } = trainBpe(texts, { vocabSize: 470, onProgress: ({ entries }) => seen.push(entries) });
    expect(vocabSize).toBe(470);
    expect(seen).toEqual([357, 457, 470]);
  });

  it('refuses what it cannot use', () => {
    const untyped = trainBpe as (...values: unknown[]) => unknown;
    expect(() => untyped('text', { vocabSize: 9 })).toThrow(
      'trainBpe: texts expected an iterable of strings, got "text"',
    );
    expect(() => untyped([], { vocabSize: 9, min_frequency: 1 })).toThrow(
      'trainBpe: expected options that it knows, got min_frequency; did you mean minFrequency?',
    );
    expect(() => untyped(['a', 5], { vocabSize: 9 })).toThrow('trainBpe: texts[1] expected a string, got number');
    expect(() => untyped([], { vocabSize: 9, style: 'words' })).toThrow('style expected "byte-level" or "metaspace"');
    expect(() => untyped([], { vocabSize: 9, style: 'metaspace', specialTokens: [] })).toThrow(
      'expected <unk> among them',
    );
  });
});

describeWith([reference], 'a trained tokenizer in the reference', () => {
  it.each(['byte-level', 'metaspace'] as const)('%s', async (style) => {
    const tokenizer = trainBpe(texts, { vocabSize: 600, style });
    const other = referenceTokenizer(JSON.stringify(tokenizer.toJson()));
    for (const text of texts.slice(0, 200)) {
      expect([...tokenizer.encode(text).ids]).toEqual((await other.encode(text)).getIds());
    }
  });
});
