import { tokenizerFromVocab } from '@attune/tokenizer';
import { describe, expect, it } from 'vitest';
import { textChunks } from './examples';

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'night', 'nurse', 'welder'];
const tokenizer = tokenizerFromVocab(vocabulary.join('\n'), { lowercase: true });

describe('textChunks', () => {
  it('cuts texts laid end to end, with their special tokens, and drops the rest', () => {
    const { sequences, dropped } = textChunks(['Night nurse', '', 'Welder welder'], { tokenizer, chunkLength: 4 });
    expect(sequences.map(({ ids }) => [...(ids as Int32Array)])).toEqual([
      [2, 5, 6, 3],
      [2, 3, 2, 7],
    ]);
    expect(dropped).toBe(2);
  });

  it("holds each token once, in one array's views", () => {
    const { sequences } = textChunks(['Night nurse', 'Welder'], { tokenizer, chunkLength: 1 });
    expect(new Set(sequences.map(({ ids }) => (ids as Int32Array).buffer)).size).toBe(1);
    expect(sequences).toHaveLength(7);
  });

  it('refuses too little text and no length', () => {
    expect(() => textChunks(['Welder'], { tokenizer, chunkLength: 4 })).toThrow('at least 4 tokens of text, got 3');
    expect(() => textChunks(['Welder'], { tokenizer, chunkLength: 0 })).toThrow(RangeError);
  });
});
