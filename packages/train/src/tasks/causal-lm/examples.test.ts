import { tokenizerFromJson, trainBpe } from '@attune/tokenizer';
import { describe, expect, it } from 'vitest';
import { causalExamples, cutExamples } from './examples';

const trained = trainBpe(['we need java and sql', 'skills java sql rust'], {
  vocabSize: 300,
  specialTokens: ['<s>', '</s>'],
});
const bos = { SpecialToken: { id: '<s>', type_id: 0 } };
const template = {
  type: 'TemplateProcessing',
  single: [bos, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [bos, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] } },
};
const tokenizer = tokenizerFromJson({ ...trained.toJson(), post_processor: template });

const textOf = (ids: ArrayLike<number>) => tokenizer.decode(ids, { skipSpecialTokens: false });

describe('causalExamples', () => {
  it('tokenizes prompt and completion as one text that ends, and knows where the prompt does', () => {
    const texts = ['we need sql', { prompt: 'skills:', completion: ' java' }, { completion: ' rust' }];
    const { sequences, promptLengths, split } = causalExamples(texts, { tokenizer, endTokenId: 1 });
    expect(sequences.map(({ ids }) => textOf(ids))).toEqual([
      '<s>we need sql</s>',
      '<s>skills: java</s>',
      '<s> rust</s>',
    ]);
    expect([promptLengths[0], promptLengths[2], split]).toEqual([0, 0, 0]);
    const [before, after] = [
      sequences[1].ids as Int32Array,
      tokenizer.encode('skills: java', { truncation: false }).ids,
    ];
    expect(Array.from(before)).toEqual([...Array.from(after), 1]);
    expect(textOf(before.subarray(0, promptLengths[1]))).toBe('<s>skills:');
    expect(textOf(before.subarray(promptLengths[1]))).toBe(' java</s>');
  });

  it('learns a token that is half of the prompt, and counts such', () => {
    const { sequences, promptLengths, split } = causalExamples([{ prompt: 'skills ja', completion: 'va' }], {
      tokenizer,
    });
    expect(split).toBe(1);
    const ids = sequences[0].ids as Int32Array;
    expect(textOf(ids.subarray(0, promptLengths[0]))).toBe('<s>skills');
    expect(textOf(ids)).toBe('<s>skills java');
  });

  it('adds no special tokens to texts that bring theirs, and no second end', () => {
    const texts = [{ prompt: '<s>skills:', completion: ' java</s>', hasSpecialTokens: true }, 'sql'];
    const { sequences, promptLengths } = causalExamples(texts, { tokenizer, endTokenId: 1 });
    expect(sequences.map(({ ids }) => textOf(ids))).toEqual(['<s>skills: java</s>', '<s>sql</s>']);
    const { ids } = causalExamples([{ prompt: 'skills:', completion: ' java' }], { tokenizer, endTokenId: 1 })
      .sequences[0];
    expect([sequences[0].ids, promptLengths[0]]).toEqual([ids, tokenizer.encode('skills:').ids.length]);
  });
});

describe('cutExamples', () => {
  const data = {
    sequences: [[0, 10, 11, 12, 1], [0, 10, 1], [0, 10, 11, 12, 13, 14, 1], [1]].map((ids) => ({ ids })),
    promptLengths: [2, 1, 4, 0],
  };
  const plain = ({ sequences, promptLengths }: typeof data) => ({
    ids: sequences.map(({ ids }) => Array.from(ids)),
    promptLengths,
  });

  it('cuts the end off, and leaves out what has nothing left to learn', () => {
    const { data: own, cut, dropped } = cutExamples(data, { maxLength: 4, mode: 'keep_start' });
    expect(plain(own as typeof data)).toEqual({
      ids: [
        [0, 10, 11, 12],
        [0, 10, 1],
      ],
      promptLengths: [2, 1],
    });
    expect([cut, dropped]).toEqual([1, [2, 3]]);
  });

  it('keeps completions, and of prompts a token at least, where nothing else is said', () => {
    const more = {
      sequences: [...data.sequences, { ids: [0, 10, 11, 12, 13, 14, 1] }, { ids: [0, 10, 11, 12, 13, 1] }],
      promptLengths: [...data.promptLengths, 2, 0],
    };
    const { data: own, cut, dropped } = cutExamples(more, { maxLength: 4 });
    expect(plain(own as typeof data)).toEqual({
      ids: [
        [10, 11, 12, 1],
        [0, 10, 1],
        [12, 13, 14, 1],
        [10, 11, 12, 13],
        [0, 10, 11, 12],
      ],
      promptLengths: [1, 1, 1, 1, 0],
    });
    expect([cut, dropped]).toEqual([4, [3]]);
  });

  it('or the beginning, which is the prompt’s', () => {
    const { data: own, cut, dropped } = cutExamples(data, { maxLength: 4, mode: 'keep_end' });
    expect(plain(own as typeof data)).toEqual({
      ids: [
        [10, 11, 12, 1],
        [0, 10, 1],
        [12, 13, 14, 1],
      ],
      promptLengths: [1, 1, 1],
    });
    expect([cut, dropped]).toEqual([2, [3]]);
  });
});
