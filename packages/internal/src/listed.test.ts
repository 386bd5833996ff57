import { expect, it } from 'vitest';
import { firstOf, joined } from './listed';

it('lists the first few, and says where there are more', () => {
  const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
  expect([0, 1, 5, 6].map((count) => firstOf(letters.slice(0, count)))).toEqual([
    '',
    'a',
    'a, b, c, d, e',
    'a, b, c, d, e, …',
  ]);
  expect(firstOf(letters, { separator: '; ', most: 2 })).toBe('a; b; …');
});

it('joins by commas, and by a word before the last', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((items) => joined(items, 'or'))).toEqual([
    '',
    'a',
    'a or b',
    'a, b or c',
  ]);
  expect(joined(['a', 'b', 'c'], 'and')).toBe('a, b and c');
});
