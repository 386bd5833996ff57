import { describe, expect, it } from 'vitest';
import { IdList } from './id-list';
import { WordCache } from './word-cache';

const unitsOf = (word: string) => Uint16Array.from(word, (character) => character.charCodeAt(0));

function lookUp(cache: WordCache, word: string, hash: number): number[] | undefined {
  const list = new IdList(1);
  return cache.appendTo(list, unitsOf(word), word.length, hash) ? [...list.toArray()] : undefined;
}

describe('WordCache', () => {
  it('tells words apart that share a hash', () => {
    const cache = new WordCache();
    cache.add(unitsOf('nurse'), 5, 7, [1]);
    cache.add(unitsOf('nurses'), 6, 7, [1, 2]);
    cache.add(unitsOf('purse'), 5, 7, []);
    expect(lookUp(cache, 'nurse', 7)).toEqual([1]);
    expect(lookUp(cache, 'nurses', 7)).toEqual([1, 2]);
    expect(lookUp(cache, 'purse', 7)).toEqual([]);
    expect(lookUp(cache, 'curse', 7)).toBeUndefined();
  });

  it('grows, starts over at 2¹⁷ words, and is never wrong', () => {
    const cache = new WordCache();
    const count = (1 << 17) + 1000;
    const add = (i: number) => cache.add(unitsOf(String(i)), String(i).length, Math.imul(i, 0x9e3779b1), [i, i + 1]);
    for (let i = 0; i < 1 << 17; i++) add(i);
    expect(lookUp(cache, '12345', Math.imul(12345, 0x9e3779b1))).toEqual([12345, 12346]);
    for (let i = 1 << 17; i < count; i++) add(i);
    expect(lookUp(cache, '12345', Math.imul(12345, 0x9e3779b1))).toBeUndefined();
    expect(lookUp(cache, String(count - 1), Math.imul(count - 1, 0x9e3779b1))).toEqual([count - 1, count]);
  });
});
