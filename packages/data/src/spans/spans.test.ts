import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../test/failure';
import { type EntitySpan, joinedWords, type SpanScheme, spansOfTags, tagsOfSpans, wordRanges } from './spans';

const text = 'Node.js, C++ and née 😀 dev';
const words = wordRanges(text);
const skills: EntitySpan[] = [
  { start: 0, end: 7, label: 'SKILL' },
  { start: 9, end: 12, label: 'SKILL' },
  { start: 24, end: 27, label: 'ROLE' },
];

describe('wordRanges', () => {
  it('cuts at white space and around signs, in UTF-16 units', () => {
    expect(words.map(({ start, end }) => text.slice(start, end))).toEqual([
      'Node',
      '.',
      'js',
      ',',
      'C',
      '+',
      '+',
      'and',
      'née',
      '😀',
      'dev',
    ]);
  });
});

describe('tagsOfSpans', () => {
  it('writes BIO and BILOU', () => {
    expect(tagsOfSpans(words, skills).join(' ')).toBe('B-SKILL I-SKILL I-SKILL O B-SKILL I-SKILL I-SKILL O O O B-ROLE');
    expect(tagsOfSpans(words, skills, { scheme: 'BILOU' }).join(' ')).toBe(
      'B-SKILL I-SKILL L-SKILL O B-SKILL I-SKILL L-SKILL O O O U-ROLE',
    );
  });

  it('refuses a span that cuts a word, unless it may take the whole', () => {
    const cut = [{ start: 2, end: 5, label: 'A' }];
    expect(failure(() => tagsOfSpans(words, cut, { where: 'ads.jsonl line 3' }))).toMatchObject({
      code: 'DATA_SPAN',
      message: expect.stringContaining(
        'ads.jsonl line 3: the span 2 to 5 ("A") expected token boundaries, such as 0 to 5',
      ),
    });
    expect(tagsOfSpans(words, cut, { misaligned: 'expand' }).slice(0, 3)).toEqual(['B-A', 'I-A', 'O']);
  });

  it('refuses spans without a token, and spans that overlap', () => {
    const spans = (...all: [number, number][]) => all.map(([start, end]) => ({ start, end, label: 'A' }));
    for (const [own, problem] of [
      [spans([8, 9]), 'at least one token, got none'],
      [spans([90, 99]), 'at least one token, got none'],
      [spans([0, 7], [5, 9]), 'separate tokens'],
    ] as const)
      expect(failure(() => tagsOfSpans(words, own, { misaligned: 'expand' }))).toMatchObject({
        code: 'DATA_SPAN',
        message: expect.stringContaining(problem),
      });
    expect(() => tagsOfSpans([words[1], words[0]], [])).toThrow('tokens[1] expected a start ≥ 5');
  });
});

describe('spansOfTags', () => {
  it.each<SpanScheme>(['BIO', 'BILOU'])('gives back the spans that became %s', (scheme) => {
    const pieces = fc.array(
      fc.record({ words: fc.integer({ min: 1, max: 4 }), label: fc.constantFrom('', 'A', 'B-C') }),
    );
    fc.assert(
      fc.property(pieces, (all) => {
        const tokens = all
          .flatMap((piece, i) => Array(piece.words).fill(i))
          .map((_, i) => ({ start: 3 * i, end: 3 * i + 2 }));
        let next = 0;
        const spans = all.flatMap(({ words: count, label }) => {
          const [start, end] = [tokens[next].start, tokens[next + count - 1].end];
          next += count;
          return label === '' ? [] : [{ start, end, label }];
        });
        expect(spansOfTags(tokens, tagsOfSpans(tokens, spans, { scheme }))).toEqual(spans);
      }),
    );
  });

  it('forgives beginnings that are missing and ends that are too early', () => {
    const tokens = words.slice(0, 6);
    const found = spansOfTags(tokens, ['I-A', 'I-B', 'O', 'L-A', 'B-A', 'U-A']);
    expect(found.map(({ start, end, label }) => [text.slice(start, end), label])).toEqual([
      ['Node', 'A'],
      ['.', 'B'],
      [',', 'A'],
      ['C', 'A'],
      ['+', 'A'],
    ]);
  });

  it('refuses other tags and another number of them', () => {
    expect(() => spansOfTags(words, ['O'])).toThrow('expected 11 tags, one per token, got 1');
    expect(() => spansOfTags(words.slice(0, 1), ['S-A'])).toThrow('got "S-A"');
  });
});

it.each([
  [{ scheme: 'IOB2' }, 'tagsOfSpans: scheme expected one of BIO, BILOU, got "IOB2"; did you mean "BIO"?'],
  [{ misaligned: 'ignore' }, 'tagsOfSpans: misaligned expected one of error, expand, got "ignore"'],
])('refuses %j', (options, message) => {
  expect(() => tagsOfSpans([], [], options as never)).toThrow(message);
});

it('says which words no space stands before', () => {
  expect(joinedWords(wordRanges('C++, née'))).toEqual([false, true, true, true, false]);
  expect(joinedWords([])).toEqual([]);
});
