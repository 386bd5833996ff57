import { generatePostings, spansOfTags, termMatcher } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { piecesOf, splitPieces } from './pieces';

const postings = generatePostings({ count: 60, seed: 7 }).map(({ text, skills }) => ({
  text,
  spans: skills.map(({ start, end, type }) => ({ start, end, label: type })),
}));

describe('piecesOf', () => {
  it('loses no skill: the tags of whole postings give the spans back', () => {
    const pieces = piecesOf(postings);
    expect(pieces).toHaveLength(60);
    pieces.forEach(({ ranges, tags, words, posting }) => {
      expect(spansOfTags(ranges, tags)).toEqual(postings[posting].spans);
      expect(words).toEqual(ranges.map(({ start, end }) => postings[posting].text.slice(start, end)));
    });
  });

  it('cuts postings into chunks that hold every word once, and begin no skill in its middle', () => {
    const [whole, chunks] = [piecesOf(postings), piecesOf(postings, 10)];
    expect(chunks.flatMap(({ words }) => words)).toEqual(whole.flatMap(({ words }) => words));
    for (const { words, tags } of chunks) {
      expect(words.length).toBeLessThanOrEqual(10);
      expect(tags[0]).not.toMatch(/^I/);
    }
    const [cut] = piecesOf([{ text: 'We do machine learning', spans: [{ start: 6, end: 22, label: 'SKILL' }] }], 3);
    expect(cut.tags).toEqual(['O', 'O', 'B-SKILL']);
  });

  it('gives a term of the list a tag, and a piece of a word none', () => {
    const spans = termMatcher([{ term: 'Java', label: 'SKILL' }])('JavaScript, java');
    const [{ tags }] = piecesOf([{ text: 'JavaScript, java', spans }]);
    expect(tags).toEqual(['O', 'O', 'B-SKILL']);
  });
});

describe('splitPieces', () => {
  const twice = [...postings, { ...postings[0], text: `${postings[0].text} Apply!` }]; // nearly the same
  const pieces = piecesOf(twice, 40);
  const texts = twice.map(({ text }) => text);
  const postingsOf = (by: 'posting' | 'chunk') => {
    const { train, validation, test } = splitPieces(pieces, { by, seed: 1, texts });
    expect(train.length + validation.length + test.length).toBe(pieces.length);
    return [train, validation, test].map((part) => new Set(part.map(({ posting }) => (posting === 60 ? 0 : posting))));
  };

  it('keeps the chunks of a posting, and of a near copy, in one part', () => {
    const [train, validation, test] = postingsOf('posting');
    expect(train.size + validation.size + test.size).toBe(60);
    expect([...validation, ...test].some((posting) => train.has(posting))).toBe(false);
    expect(test.size).toBeGreaterThan(3);
  });

  it('by chunk tests on postings of which training has the rest: the leak', () => {
    const [train, , test] = postingsOf('chunk');
    expect([...test].filter((posting) => train.has(posting)).length).toBeGreaterThan(test.size / 2);
  });
});
