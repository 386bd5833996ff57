import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteToken } from './bytes';
import { unigram } from './unigram';

type Vocabulary = readonly (readonly [string, number])[];

function model(vocabulary: Vocabulary, { unkId = 0, byteFallback = false } = {}) {
  const tokens = vocabulary.map(([token]) => token);
  return unigram({ tokens, scores: Float64Array.from(vocabulary, ([, score]) => score), unkId, byteFallback });
}

/** The parts of a word, and `?` for the unknown ones. */
function cut(vocabulary: Vocabulary, word: string): string[] {
  let start = 0;
  return model(vocabulary)
    .tokenize(word)
    .map(({ id, end }) => {
      const text = word.slice(start, end);
      start = end;
      return id === 0 ? `?${text}` : text;
    });
}

describe('unigram', () => {
  const vocabulary: Vocabulary = [
    ...[['<unk>', 0] as const, ['a', 0] as const, ['b', 0] as const, ['c', 0] as const, ['d', 0] as const],
    ...[['cd', 1] as const, ['ab', 2] as const, ['abc', 5] as const, ['abcd', 10] as const],
  ];

  /** The example of the reference's documentation. */
  it('finds the cut of the highest score, with what is unknown as one', () => {
    expect(cut(vocabulary, 'abcdacdxx')).toEqual(['abcd', 'a', 'cd', '?xx']);
    expect(cut(vocabulary, 'x😀ab')).toEqual(['?x😀', 'ab']);
    expect(cut(vocabulary, '')).toEqual([]);
  });

  it('takes the path that was found first where several are as good', () => {
    const tied: Vocabulary = [...[['<unk>', -9] as const], ...['a', 'aa', 'aaa'].map((t) => [t, -t.length] as const)];
    expect(cut(tied, 'aaaa')).toEqual(['a', 'aaa']);
  });

  it('knows the unknown token by its name, and makes it one with what is unknown beside it', () => {
    expect(model(vocabulary).tokenize('<unk>')).toEqual([{ id: 0, end: 5 }]);
    expect(model(vocabulary).tokenize('x<unk>a')).toEqual([
      { id: 0, end: 6 },
      { id: 1, end: 7 },
    ]);
  });

  it('takes the last of equal tokens', () => {
    expect(model([...vocabulary, ['ab', 3]]).tokenize('ab')).toEqual([{ id: vocabulary.length, end: 2 }]);
  });

  it('falls back to all bytes of what is unknown, or to none', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => [byteToken(byte), -20] as const);
    const whole = model([...vocabulary, ...bytes], { byteFallback: true });
    const byteId = (byte: number) => vocabulary.length + byte;
    expect(whole.tokenize('aéxb')).toEqual([
      { id: 1, end: 1 },
      ...[0xc3, 0xa9, 0x78].map((byte) => ({ id: byteId(byte), start: 1, end: 3 })),
      { id: 2, end: 4 },
    ]);
    const some = model([...vocabulary, ...bytes.slice(0, 0xa9)], { byteFallback: true });
    expect(some.tokenize('aéxb').map(({ id }) => id)).toEqual([1, 0, 2]);
    expect(some.tokenize('axb').map(({ id }) => id)).toEqual([1, byteId(0x78), 2]);
  });

  it('is as good as the best of all cuts', () => {
    const token = fc.tuple(
      fc.string({ unit: fc.constantFrom('a', 'b', '😀'), minLength: 1, maxLength: 4 }),
      fc.integer({ min: -9, max: -1 }),
    );
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '😀', 'x'), maxLength: 9 });
    fc.assert(
      fc.property(fc.uniqueArray(token, { selector: ([text]) => text, maxLength: 12 }), word, (tokens, text) => {
        const all: Vocabulary = [['<unk>', -5], ...tokens];
        const scores = new Map(all);
        const unknown = Math.min(...scores.values()) - 10;
        const sum = cut(all, text).reduce(
          (total, part) =>
            total + (part.startsWith('?') ? unknown * [...part.slice(1)].length : (scores.get(part) as number)),
          0,
        );
        expect(sum).toBe(bestOf([...text], scores, unknown));
      }),
    );
  });

  it('cuts a megabyte without a space in seconds', () => {
    expect(cut(vocabulary, 'abcdx'.repeat(2e5)).length).toBe(4e5);
  });
});

/** The highest score of all cuts, each of which is tried. */
function bestOf(characters: string[], scores: ReadonlyMap<string, number>, unknown: number): number {
  if (characters.length === 0) return 0;
  const isKnown = scores.has(characters[0]);
  let best = isKnown ? Number.NEGATIVE_INFINITY : unknown + bestOf(characters.slice(1), scores, unknown);
  for (let end = 1; end <= characters.length; end++) {
    const score = scores.get(characters.slice(0, end).join(''));
    if (score !== undefined) best = Math.max(best, score + bestOf(characters.slice(end), scores, unknown));
  }
  return best;
}
