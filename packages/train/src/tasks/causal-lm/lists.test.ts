import { describe, expect, it } from 'vitest';
import { listScores, normalizedItem, parseList, parseLists } from './lists';

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

const expected = [['Java', 'SQL', 'C++'], ['Rust'], [], ['Excel', 'Word'], []];
const written = [['SQL', 'java', 'SQL', 'C#', 'Go', ''], [], [], ['word', 'excel.'], ['Perl']];

describe('listScores', () => {
  const { exact, normalized, lists } = listScores(expected, written);

  it('counts items once, whatever their order', () => {
    expect(lists).toBe(5);
    // Of 6 expected and 7 written items one is the same text: SQL.
    expect(exact.micro).toEqual({ precision: 1 / 7, recall: 1 / 6, f1: 2 / 13 });
    expect(exact.mean.precision).toBeCloseTo((1 / 4 + 0 + 1 + 0 + 0) / 5, 12);
    expect(exact.mean.recall).toBeCloseTo((1 / 3 + 0 + 1 + 0 + 0) / 5, 12);
    expect(exact.mean.f1).toBeCloseTo((2 / 7 + 0 + 1 + 0 + 0) / 5, 12);
    expect(exact.equal).toBe(1 / 5);
  });

  it('and, normalized, Java, SQL, Word and Excel', () => {
    expect(normalized.micro).toEqual({ precision: 4 / 7, recall: 4 / 6, f1: 8 / 13 });
    expect(normalized.mean.f1).toBeCloseTo((4 / 7 + 0 + 1 + 1 + 0) / 5, 12);
    expect(normalized.equal).toBe(2 / 5);
  });

  it('is 0 where nothing is, but two empty lists', () => {
    const { exact: own } = listScores([[]], [[]]);
    expect(own).toEqual({
      ...{ micro: { precision: 0, recall: 0, f1: 0 }, mean: { precision: 1, recall: 1, f1: 1 }, equal: 1 },
    });
  });

  it('refuses lists that do not go together', () => {
    expect(() => listScores(expected, written.slice(1))).toThrow(/got 4 for 5/);
    expect(() => listScores([], [])).toThrow(RangeError);
  });
});

it.each([
  [' Node.JS ', 'node js'],
  ['C++', 'c++'],
  ['C #', 'c #'],
  ['full-stack\u00a0 design,', 'full stack design'],
  ['ＳＱＬ', 'sql'],
  ['...', ''],
])('compares %j as %j', (item, normal) => {
  expect(normalizedItem(item)).toBe(normal);
});
