import { describe, expect, it } from 'vitest';
import { parseJson } from './json';

const problem = (text: string) => {
  try {
    return parseJson(text);
  } catch (error) {
    return error;
  }
};

describe('parseJson', () => {
  it.each<[string, string, number]>([
    ['{"seed": }', '"}" at column 10', 9],
    ['{"a": [1, 2, x], "b": 3}', '"x" at column 14', 13],
    ['{"a": nul', 'an early end at column 10', 9],
    ['x', '"x" at column 1', 0],
    ['', 'an early end at column 1', 0],
    ['{"a": [1,\n', 'an early end at column 10', 9],
    ['{"a": [1,\n\n 2,\n \n', 'an early end at line 3 column 4', 14],
    [`${'['.repeat(100_000)}\n`, 'an early end at column 100001', 100_000],
    ['{"a" 1}', '"1" at column 6', 5],
    ['{\n  "a": 1,\n}\n', '"}" at line 3 column 1', 12],
    ['{"a": "\u0007"}', 'U+0007 at column 8', 7],
    ['{"a": \u{1f600}}', '"\u{1f600}" at column 7', 6],
    [`{"a": ${'1,'.repeat(1000)}`, '"1" at column 9', 8],
  ])('says what is no JSON, and where: %#', (text, message, offset) => {
    expect(problem(text)).toMatchObject({ name: 'SyntaxError', message, offset });
  });

  it('refuses what is nested so deep that recursive code overflows', () => {
    const nested = (depth: number) => `{"a": "[[\\"[[",\n "b": ${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(problem(nested(100_000))).toMatchObject({ message: 'brackets more than 1000 deep at line 2 column 1006' });
    expect(problem(nested(900))).toMatchObject({ a: '[["[[' });
    expect(problem(`[${'"[\\\\",'.repeat(2000)}0]`)).toHaveLength(2001);
  });
});
