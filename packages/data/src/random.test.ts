import { describe, expect, it } from 'vitest';
import { seededRandom, shuffle, xoshiro128 } from './random';

describe('xoshiro128', () => {
  it('gives the numbers of the reference C code', () => {
    const next = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, next)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('seededRandom', () => {
  it('repeats itself, and differs between seeds, also beyond 32 bits', () => {
    const start = (seed: number) => Array.from({ length: 4 }, seededRandom(seed).uint32).join();
    expect(start(42)).toBe(start(42));
    expect(new Set([0, 1, 42, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map(start)).size).toBe(6);
  });

  it('draws every value below a bound equally often', () => {
    const random = seededRandom(7);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[random.below(6)]++;
    // χ² with 5 degrees of freedom: 20.5 is passed once in a thousand seeds.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the seed %d', (seed) => {
    expect(() => seededRandom(seed)).toThrow(RangeError);
  });
});

describe('shuffle', () => {
  it('reaches every order equally often', () => {
    const random = seededRandom(3);
    const seen = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = shuffle([0, 1, 2], random).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    expect([...seen.values()].reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(20.5);
  });
});
