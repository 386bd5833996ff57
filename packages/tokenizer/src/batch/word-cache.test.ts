import { describe, expect, it } from 'vitest';
import { IntList } from '../model/int-list';
import { WordCache } from './word-cache';

const unitsOf = (word: string) => Uint16Array.from(word, (character) => character.charCodeAt(0));

/** Adds a word whose pieces have these ids, one a unit. */
function add(cache: WordCache, word: string, hash: number, ids: readonly number[]): void {
  const pieces = ids.map((id, i) => ({ id, end: i + 1 }));
  cache.add(unitsOf(word), word.length, hash, pieces);
}

function lookUp(cache: WordCache, word: string, hash: number): number[] | undefined {
  const list = new IntList(1);
  return cache.appendTo(list, unitsOf(word), word.length, hash) < 0 ? undefined : [...list.toArray()];
}

describe('WordCache', () => {
  it('tells words apart that share a hash', () => {
    const cache = new WordCache();
    add(cache, 'nurse', 7, [1]);
    add(cache, 'nurses', 7, [1, 2]);
    add(cache, 'purse', 7, []);
    expect(lookUp(cache, 'nurse', 7)).toEqual([1]);
    expect(lookUp(cache, 'nurses', 7)).toEqual([1, 2]);
    expect(lookUp(cache, 'purse', 7)).toEqual([]);
    expect(lookUp(cache, 'curse', 7)).toBeUndefined();
  });

  it('grows, starts over at 2¹⁸ words, and is never wrong', () => {
    const cache = new WordCache();
    const count = (1 << 18) + 1000;
    const hash = (i: number) => Math.imul(i, 0x9e3779b1);
    for (let i = 0; i < 1 << 18; i++) add(cache, String(i), hash(i), [i, i + 1]);
    expect(lookUp(cache, '12345', hash(12345))).toEqual([12345, 12346]);
    for (let i = 1 << 18; i < count; i++) add(cache, String(i), hash(i), [i, i + 1]);
    expect(lookUp(cache, '12345', hash(12345))).toBeUndefined();
    expect(lookUp(cache, String(count - 1), hash(count - 1))).toEqual([count - 1, count]);
  });

  it('starts over where long words fill it before there are many', () => {
    const cache = new WordCache();
    const wordOf = (i: number) => String(i).padStart(256, 'x');
    for (let i = 0; i < (1 << 22) / (128 + 4) - 1; i++) add(cache, wordOf(i), i, [i]);
    expect(lookUp(cache, wordOf(0), 0)).toEqual([0]);
    add(cache, wordOf(9999), 9999, [9999]);
    expect(lookUp(cache, wordOf(0), 0)).toBeUndefined();
    expect(lookUp(cache, wordOf(9999), 9999)).toEqual([9999]);
  });

  it('says where pieces are, moved or at places of their own', () => {
    const cache = new WordCache();
    const pieces = [
      { id: 1, end: 1 },
      { id: 2, end: 3 },
      { id: 3, start: 1, end: 3 },
    ];
    cache.add(unitsOf('abc'), 3, 7, pieces);
    const word = cache.appendTo(new IntList(1), unitsOf('abc'), 3, 7);
    const moved = new IntList(1);
    cache.appendMoved(moved, word, -1, { floor: 0, least: 1 });
    expect([...moved.toArray()]).toEqual([0, 1, 0, 2, 0, 2]);
    const placed = new IntList(1);
    cache.appendPlaced(placed, word, Int32Array.of(2 * 5, 2 * 7, 2 * 9 + 1));
    expect([...placed.toArray()]).toEqual([5, 6, 7, 11, 7, 11]);
  });
});
