import { describe, expect, it } from 'vitest';
import { jsonErrorOffset, parseJson } from './json';

describe('jsonErrorOffset', () => {
  it.each([
    ['{"seed": }', 9],
    ['{"a": [1, 2, x], "b": 3}', 13],
    ['{"a": nul', 9],
    ['x', 0],
    ['{"a" 1}', 5],
    [`{"a": ${'1,'.repeat(1000)}`, 8],
  ])('finds where %j ends to be JSON', (text, offset) => {
    expect(jsonErrorOffset(text)).toBe(offset);
  });
});

describe('parseJson', () => {
  it.each([
    ['wheat, cattle', '"wheat, cattle" at line 1, column 1'],
    ['{"a": 1,\n "b": x}', '"x}" at line 2, column 7'],
    ['{"a":\n', 'the end of the text at line 2, column 1'],
    ['', 'the end of the text at line 1, column 1'],
    ['{"a": "b\n"}', 'a line break at line 1, column 9'],
  ])('says where %j is none', (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });

  it('reads what is JSON', () => {
    expect(parseJson('{"a": [1]}')).toEqual({ a: [1] });
  });
});
