import { describe, expect, it } from 'vitest';
import { parseList, parseLists } from './parse-list';

describe('parseList', () => {
  it.each([
    ['[]', []],
    [' [ ]\n', []],
    ['["Java"]', ['Java']],
    [' ["Java", "a \\"b\\" ]", "é\\u00e9"]\n', ['Java', 'a "b" ]', 'éé']],
    ['["C++","C#"]', ['C++', 'C#']],
  ])('reads what is right: %j', (written, items) => {
    expect(parseList(written)).toEqual({ items, malformed: false });
    expect(items).toEqual(JSON.parse(written));
  });

  it.each([
    ['', [], 'no list'],
    ['Java, SQL', [], 'no list'],
    ['[', [], 'cut off'],
    ['["Ja', [], 'cut off'],
    ['["Java"', ['Java'], 'cut off'],
    ['["Java", ', ['Java'], 'cut off'],
    ['["Java", "SQ', ['Java'], 'cut off'],
    ['["Java", "SQ\\', ['Java'], 'cut off'],
    ['["Java", "S\\"Q', ['Java'], 'cut off'],
    ['["Java", 3, "SQL"]', ['Java'], 'not texts'],
    ['["Java",]', ['Java'], 'not texts'],
    ['["Java" "SQL"]', [], 'not texts'],
    ['["Java\nSQL"]', [], 'not texts'],
    ['[["Java"]]', [], 'not texts'],
    ['Skills: ["Java"]', ['Java'], 'more than a list'],
    ['["Java"]\n### Job: ["SQL"]', ['Java'], 'more than a list'],
  ])('gives the whole items of what is not, and says why: %j', (written, items, problem) => {
    expect(parseList(written)).toEqual({ items, malformed: true, problem });
  });

  it('recovers from every cut of a list what came before it', () => {
    const items = ['Java', 'a, "b"', 'c]'];
    const whole = JSON.stringify(items);
    for (let length = 0; length < whole.length; length++) {
      const { items: own, malformed } = parseList(whole.slice(0, length));
      expect([malformed, own]).toEqual([true, items.slice(0, own.length)]);
      const ends = items.filter((_, i) => JSON.stringify(items.slice(0, i + 1)).length - 1 <= length).length;
      expect(own.length, whole.slice(0, length)).toBe(ends);
    }
  });
});

it('counts what is malformed', () => {
  expect(parseLists(['["a"]', '["b", "c', 'd', '["e'])).toEqual({
    lists: [['a'], ['b'], [], []],
    malformed: 3,
    problems: { 'cut off': 2, 'no list': 1 },
  });
});
