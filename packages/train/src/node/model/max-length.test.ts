import { tokenizerFromVocab } from '@attune/tokenizer';
import { describe, expect, it } from 'vitest';
import { maxLengthOf, noteUsualLength, tokenizerOfLength, usualMaxLength } from './max-length';

const limits = (maxPositions: number, modelMaxLength?: number) => ({
  config: { maxPositions },
  tokenizer: { modelMaxLength },
});

describe('the maximum length of texts', () => {
  it.each([
    [512, undefined, 512],
    [512, 128, 128],
    [512, 8192, 512],
    [513, 512, 512], // a RoBERTa whose padding is 0
  ])('is, with %i positions and model_max_length %s, %i', (positions, modelMaxLength, usual) => {
    expect(usualMaxLength(limits(positions, modelMaxLength))).toBe(usual);
    expect(maxLengthOf(undefined, limits(positions, modelMaxLength))).toBe(usual);
  });

  it('is what was asked for, up to the positions', () => {
    expect([3, 200, 512].map((asked) => maxLengthOf(asked, limits(512, 128)))).toEqual([3, 200, 512]);
    expect(() => maxLengthOf(513, limits(512, 128))).toThrow(
      "maxLength: expected at most 512, the model's positions, got 513; remove it, or choose less",
    );
  });

  it("is said where it is the tokenizer's", () => {
    const notes: string[] = [];
    const note = (asked: number | undefined, modelMaxLength?: number) =>
      noteUsualLength(asked, limits(512, modelMaxLength), (text) => notes.push(text));
    note(undefined);
    note(undefined, 512);
    note(64, 128);
    expect(notes).toEqual([]);
    note(undefined, 128);
    expect(notes[0]).toContain(
      "texts are read up to 128 tokens, the tokenizer's model_max_length; the model has 512 positions",
    );
  });

  it('is saved with the tokenizer where it is more than model_max_length', () => {
    const vocab = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'night'].join('\n');
    const of = (modelMaxLength?: number) => tokenizerFromVocab(vocab, { lowercase: true, modelMaxLength });
    const saved = (maxLength: number, modelMaxLength?: number) =>
      tokenizerOfLength(of(modelMaxLength), maxLength).modelMaxLength;
    expect([saved(64), saved(64, 128), saved(256, 128)]).toEqual([undefined, 128, 256]);
    expect(Array.from(tokenizerOfLength(of(8), 16).encode('night').ids)).toEqual([2, 4, 3]);
  });
});
