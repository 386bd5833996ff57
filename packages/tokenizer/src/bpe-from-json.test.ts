import { describe, expect, it } from 'vitest';
import { smallJson } from './_small';
import { bpeFromJson } from './bpe-from-json';
import { tokenizerFromJson } from './tokenizer-from-json';
import { trainBpe } from './training/train-bpe';

const texts = ['Night nurse wanted', 'Nursing assistant, nights', 'Café 中文 👩‍👩‍👧'];

describe('bpeFromJson', () => {
  it.each(['byte-level', 'metaspace'] as const)('is tokenizerFromJson for BPE, %s', (style) => {
    const json = trainBpe(texts, { vocabSize: 400, style }).toJson();
    const options = { offsets: true } as const;
    expect(bpeFromJson(json).encodeBatch(texts, options)).toEqual(tokenizerFromJson(json).encodeBatch(texts, options));
    expect(bpeFromJson(json).encode(texts[2])).toEqual(tokenizerFromJson(json).encode(texts[2]));
  });

  it.each([
    [{}, 'normalizer type "BertNormalizer"'],
    [{ normalizer: null }, 'pre_tokenizer type "BertPreTokenizer"'],
    [{ normalizer: null, pre_tokenizer: null }, 'model type "WordPiece"'],
  ])('refuses other stages: %j', (changes, message) => {
    expect(() => bpeFromJson(smallJson(changes))).toThrow(message);
  });
});
