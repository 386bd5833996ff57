import { tokenizerFromJson, trainBpe } from '@attune/tokenizer';
import { describe, expect, it } from 'vitest';
import { fittedTokenizer } from './fits';

const small = trainBpe(['the quick brown fox jumps over the lazy dog'], {
  vocabSize: 300,
  specialTokens: ['<s>', '</s>'],
});
const { vocabSize } = small;

/** The tokenizer with further added tokens, past its vocabulary. */
function withAdded(contents: readonly string[], more: object = {}) {
  const json = small.toJson();
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const added = contents.map((content, i) => ({ id: vocabSize + i, content, ...flags }));
  return tokenizerFromJson({ ...json, ...more, added_tokens: [...(json.added_tokens ?? []), ...added] });
}

const fitted = (tokenizer: ReturnType<typeof withAdded>, rows = vocabSize) => {
  const notes: string[] = [];
  const result = fittedTokenizer('m', tokenizer, { model: { vocabSize: rows }, onNote: (note) => notes.push(note) });
  return { result, notes };
};

describe('fittedTokenizer', () => {
  it('leaves a tokenizer as it is that has no more ids than the model has rows', () => {
    expect(fitted(small)).toEqual({ result: small, notes: [] });
    const tokenizer = withAdded(['<pad>']);
    expect(fitted(tokenizer, vocabSize + 64)).toEqual({ result: tokenizer, notes: [] });
  });

  it('reads no text as an added token that has no row, and says so', () => {
    const tokenizer = withAdded(['<pad>']);
    expect(Array.from(tokenizer.encode('fox <pad>').ids)).toContain(vocabSize);
    const { result, notes } = fitted(tokenizer);
    expect(result.encode('fox <pad>').ids).toEqual(small.encode('fox <pad>').ids);
    expect(notes).toEqual([
      `m: the model's embedding of ${vocabSize} rows does not cover the tokenizer's "<pad>": removed from the tokenizer`,
    ]);
    expect(fitted(withAdded(['<pad>', '<extra>'])).result.vocabSize).toBe(vocabSize);
  });

  it('pads with none of them', () => {
    const padding = {
      strategy: 'BatchLongest',
      direction: 'Right',
      pad_to_multiple_of: null,
      pad_id: vocabSize,
      pad_type_id: 0,
      pad_token: '<pad>',
    };
    const { result } = fitted(withAdded(['<pad>'], { padding }));
    const { ids } = result.encodeBatch(['fox', 'the lazy dog']);
    expect(Math.max(...ids)).toBeLessThan(vocabSize);
  });

  it('refuses entries of the vocabulary itself, and what every text is given, by name', () => {
    expect(() => fitted(small, vocabSize - 1)).toThrow(
      /entries, the model's embedding \d+; the two do not belong together: there is no row for "/,
    );
    const special = { id: '<begin>', type_id: 0 };
    const post_processor = {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: special }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<begin>': { id: '<begin>', ids: [vocabSize], tokens: ['<begin>'] } },
    };
    expect(() => fitted(withAdded(['<begin>'], { post_processor }))).toThrow(/no row for "<begin>"$/);
  });
});
