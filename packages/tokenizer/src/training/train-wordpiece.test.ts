import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../../test/needs';
import { readGolden, readShared, shared } from '../../test/shared';
import { type TrainWordPieceOptions, trainWordPiece } from './train-wordpiece';

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

function vocabularyOf(texts: string[], options: TrainWordPieceOptions): string[] {
  const { vocab } = trainWordPiece(texts, options).toJson().model;
  return Object.entries(vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token);
}

/** The same, recounting every pair before every merge. */
function naiveVocabulary(texts: string[], vocabSize: number, minFrequency: number): string[] {
  const words = texts.flatMap((text) => text.split(' ').filter(Boolean)).map((word) => [...word]);
  const first = [...new Set(words.flat())].sort();
  const continuing = [...new Set(words.flatMap((word) => word.slice(1)))].sort().map((letter) => `##${letter}`);
  const vocabulary = [...special, ...first, ...continuing];
  let split = words.map((word) => word.map((letter, i) => vocabulary.indexOf(i === 0 ? letter : `##${letter}`)));
  while (vocabulary.length < vocabSize) {
    const counts = new Map<string, number>();
    for (const word of split) {
      for (let i = 1; i < word.length; i++) {
        const key = `${word[i - 1]} ${word[i]}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    const pairs = [...counts].map(([key, count]) => ({ pair: key.split(' ').map(Number), count }));
    pairs.sort((a, b) => b.count - a.count || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1]);
    if (pairs.length === 0 || pairs[0].count < minFrequency) break;
    const [left, right] = pairs[0].pair;
    const token = vocabulary[left] + vocabulary[right].slice(2);
    if (!vocabulary.includes(token)) vocabulary.push(token);
    split = split.map((word) => mergeNaively(word, [left, right], vocabulary.indexOf(token)));
  }
  return vocabulary;
}

function mergeNaively(word: number[], [left, right]: number[], merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < word.length; i++) {
    if (word[i] === left && word[i + 1] === right) {
      result.push(merged);
      i++;
    } else result.push(word[i]);
  }
  return result;
}

describe('trainWordPiece', () => {
  it('merges the most frequent pair first, and of equals that of the lowest ids', () => {
    const texts = ['hug hug hug', 'pug pug', 'hugs hugs', 'bun'];
    const vocabulary = vocabularyOf(texts, { vocabSize: 100, minFrequency: 2 });
    // ##u ##g: 7; h ##ug: 5; then p ##ug and hug ##s: 2 each, of which `p` has the lower left id.
    expect(vocabulary).toEqual([
      ...special,
      ...['b', 'g', 'h', 'n', 'p', 's', 'u', '##g', '##n', '##s', '##u'],
      ...['##ug', 'hug', 'pug', 'hugs'],
    ]);
  });

  it('equals recounting before every merge', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 7 });
    const texts = fc.array(
      fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 5, max: 60 }), fc.integer({ min: 1, max: 3 }), (corpus, size, least) => {
        const options = { vocabSize: size, minFrequency: least };
        expect(vocabularyOf(corpus, options)).toEqual(naiveVocabulary(corpus, size, least));
      }),
    );
  });

  it('gives the same whatever order the texts come in, from any iterable', () => {
    const texts = ['night nurse', 'nursing night', 'engineer', 'engineering nurse engine'];
    const options = { vocabSize: 60 };
    expect(vocabularyOf([...texts].reverse(), options)).toEqual(vocabularyOf(texts, options));
    expect(trainWordPiece(new Set(texts), options).toJson()).toEqual(trainWordPiece(texts, options).toJson());
  });

  it('normalizes as the tokenizer it makes', () => {
    const tokenizer = trainWordPiece(['Café, CAFE café!'], { vocabSize: 60 });
    expect(tokenizer.encode('CAFÉ!').tokens).toEqual(['[CLS]', 'cafe', '!', '[SEP]']);
    const cased = trainWordPiece(['Café Café'], { vocabSize: 60, lowercase: false });
    expect(cased.encode('Café').tokens).toEqual(['[CLS]', 'Café', '[SEP]']);
  });

  it('keeps the most frequent characters, and those of initialAlphabet', () => {
    const options = { vocabSize: 20, limitAlphabet: 2, minFrequency: 9 };
    expect(vocabularyOf(['ab ab c'], options).slice(5)).toEqual(['a', 'b', '##b']);
    expect(vocabularyOf(['ab ab c'], { ...options, initialAlphabet: ['c', 'z'] }).slice(5)).toEqual(['c', 'z']);
  });

  it('takes other special tokens and another prefix', () => {
    const specialTokens = ['[UNK]', '[CLS]', '[SEP]', '[JOB]'];
    const tokenizer = trainWordPiece(['aab aab'], { vocabSize: 30, specialTokens, continuingSubwordPrefix: '~' });
    expect(tokenizer.encode('[JOB] aab').tokens).toEqual(['[CLS]', '[JOB]', 'aab', '[SEP]']);
    expect(tokenizer.decode(tokenizer.encode('[JOB] aaba').ids)).toBe('aaba');
    expect(tokenizer.tokenToId('~b')).toBeDefined();
  });

  it('tells how far it is', () => {
    const seen: number[] = [];
    trainWordPiece(['nurse nurse'], { vocabSize: 50, onProgress: ({ entries }) => seen.push(entries) });
    expect(seen).toEqual([5 + 5 + 4 + 4]);
  });

  it('refuses what it cannot use', () => {
    const untyped = trainWordPiece as (...values: unknown[]) => unknown;
    expect(() => untyped('text', { vocabSize: 9 })).toThrow('texts expected an iterable of strings, got "text"');
    expect(() => untyped(['a', 5], { vocabSize: 9 })).toThrow('trainWordPiece: texts[1] expected a string, got number');
    expect(() => untyped([], { vocabSize: 9, limit_alphabet: 1 })).toThrow(
      'trainWordPiece: expected options that it knows, got limit_alphabet; did you mean limitAlphabet?',
    );
    expect(() => untyped([], { vocabSize: 0 })).toThrow('trainWordPiece: vocabSize expected an integer ≥ 1, got 0');
    expect(() => untyped([], { vocabSize: 9, specialTokens: ['[CLS]'] })).toThrow('expected [UNK], [SEP] among them');
  });
});

describeWith([shared], 'trainWordPiece, as the reference', () => {
  it('shares its vocabulary and its counts', () => {
    const meta = readGolden<TrainingMeta>('wordpiece-training/meta.json');
    const expected = readShared('goldens/tokenizers/wordpiece-training/vocab.txt').trimEnd().split('\n');
    const texts = postings(new Set([...meta.trained_on, ...meta.checked_on]));
    const tokenizer = trainWordPiece(texts(meta.trained_on), {
      vocabSize: meta.settings.vocab_size,
      minFrequency: meta.settings.min_frequency,
      limitAlphabet: meta.settings.limit_alphabet,
      lowercase: meta.settings.lowercase,
      specialTokens: meta.settings.special_tokens,
    });
    const vocab = tokenizer.toJson().model.vocab as Record<string, number>;
    const common = expected.filter((token) => vocab[token] !== undefined);
    expect(tokenizer.vocabSize).toBe(expected.length);
    expect(common.length / expected.length).toBeGreaterThanOrEqual(0.99);
    const count = (ids: string[]) => tokenizer.encodeBatch(texts(ids), { addSpecialTokens: false }).ids.length;
    expect(Math.abs(count(meta.trained_on) / meta.tokens_on_training_texts - 1)).toBeLessThan(0.005);
    expect(Math.abs(count(meta.checked_on) / meta.tokens_on_check_texts - 1)).toBeLessThan(0.005);
  });
});

interface TrainingMeta {
  settings: {
    vocab_size: number;
    min_frequency: number;
    limit_alphabet: number;
    lowercase: boolean;
    special_tokens: string[];
  };
  trained_on: string[];
  checked_on: string[];
  tokens_on_training_texts: number;
  tokens_on_check_texts: number;
}

/** Looks postings up by id. */
function postings(selected: Set<string>): (ids: string[]) => string[] {
  const found = new Map<string, string>();
  for (const line of readShared('data/mlm/postings.jsonl').trimEnd().split('\n')) {
    const { id, text } = JSON.parse(line) as { id: string; text: string };
    if (selected.has(id)) found.set(id, text);
  }
  return (ids) => ids.map((id) => found.get(id) as string);
}
