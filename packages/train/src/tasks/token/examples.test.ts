import { tokenizerFromVocab } from '@attune/tokenizer';
import { describe, expect, it } from 'vitest';
import { tokenExamples } from './examples';

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'ada', 'love', '##lace', 'wrote', '.', "'", 's'];
const tokenizer = tokenizerFromVocab(vocabulary.join('\n'), { lowercase: true });
const labels = ['O', 'B-PER', 'I-PER', 'B-ORG'];
const options = { tokenizer, labels, maxLength: 16 };
const sentence = { words: ['Ada', 'Lovelace', "wrote's", '.'], tags: ['B-PER', 'I-PER', 'O', 'O'] };

describe('tokenExamples', () => {
  it("gives a word's label to its first token", () => {
    const { sequences, labels: own, ...counts } = tokenExamples([sentence], options);
    expect(Array.from(sequences[0].ids)).toEqual([2, 5, 6, 7, 8, 10, 11, 9, 3]);
    expect([...own[0]]).toEqual([-100, 1, 2, -100, 0, -100, -100, 0, -100]);
    expect(counts).toEqual({ sentences: Int32Array.of(0), cut: 0, windowed: 0, lostWords: 0 });
  });

  it('labels every piece if asked, as going on with what begins', () => {
    const tagged = { words: ['Lovelace', 'Lovelace'], tags: ['B-PER', 'B-ORG'] };
    const { labels: own } = tokenExamples([tagged], { ...options, labelAllTokens: true });
    expect([...own[0]]).toEqual([-100, 1, 2, 3, 3, -100]); // there is no I-ORG
  });

  it('counts what is cut, and leaves out what has no label', () => {
    const sentences = [{ words: [], tags: [] }, sentence, { words: ['\u200d'], tags: ['O'] }, sentence];
    const short = tokenExamples(sentences, { ...options, maxLength: 5 });
    expect([...short.sentences]).toEqual([1, 3]);
    expect(short.labels.map((own) => [...own])).toEqual([
      [-100, 1, 2, -100, -100],
      [-100, 1, 2, -100, -100],
    ]);
    expect([short.cut, short.lostWords]).toEqual([2, 5]);
  });

  it('labels each word once, in one of the windows onto a long sentence', () => {
    const long = { words: ['Ada', 'wrote', 'Love', '.', 'Ada'], tags: ['B-PER', 'O', 'I-PER', 'O', 'B-ORG'] };
    const {
      sequences,
      labels: own,
      ...counts
    } = tokenExamples([sentence, long], {
      ...options,
      maxLength: 5,
      stride: 2,
      labelAllTokens: true,
    });
    expect(sequences.slice(-3).map(({ ids }) => Array.from(ids))).toEqual([
      [2, 5, 8, 6, 3],
      [2, 8, 6, 9, 3],
      [2, 6, 9, 5, 3],
    ]);
    expect(own.slice(-3).map((labeled) => [...labeled])).toEqual([
      [-100, 1, 0, -100, -100],
      [-100, -100, 2, -100, -100],
      [-100, -100, 0, 3, -100],
    ]);
    expect(counts).toEqual({ sentences: expect.any(Int32Array), cut: 0, windowed: 2, lostWords: 0 });
  });

  it('names the sentence of a tag that is not known', () => {
    const wrong = { ...sentence, tags: ['B-PRE', 'O', 'O', 'O'], line: 7 };
    expect(() => tokenExamples([sentence, wrong], options)).toThrow(
      'sentence 1 (line 7): expected one of the labels O, B-PER, I-PER, B-ORG, got "B-PRE"; did you mean "B-PER"?',
    );
    expect(() => tokenExamples([{ words: ['Ada'], tags: [] }], options)).toThrow('sentence 0: expected 1 tags');
  });
});
