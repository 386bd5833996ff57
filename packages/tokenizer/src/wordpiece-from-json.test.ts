import { describe, expect, it } from 'vitest';
import { smallJson } from './_small';
import { tokenizerFromJson } from './tokenizer-from-json';
import { wordPieceFromJson } from './wordpiece-from-json';

describe('wordPieceFromJson', () => {
  it('is tokenizerFromJson for BERT', () => {
    const text = 'Engineering, [MASK] Café 中文';
    expect(wordPieceFromJson(smallJson()).encode(text)).toEqual(tokenizerFromJson(smallJson()).encode(text));
  });

  it.each([
    [{ normalizer: null }, 'normalizer type "null"'],
    [{ pre_tokenizer: { type: 'Whitespace' } }, 'pre_tokenizer type "Whitespace"'],
    [{ model: { type: 'BPE', vocab: {}, merges: [] } }, 'model type "BPE"'],
    [{ decoder: { type: 'ByteLevel' } }, 'decoder type "ByteLevel"'],
  ])('refuses other stages: %j', (changes, message) => {
    expect(() => wordPieceFromJson(smallJson(changes))).toThrow(message);
  });
});
