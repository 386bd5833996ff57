import { describe, expect, it } from 'vitest';
import { lengthsNote, tokenLengths } from './lengths';

/** 1, 2, …, 1000 in another order. */
const lengths = Array.from({ length: 1000 }, (_, i) => ((i * 7) % 1000) + 1);

describe('tokenLengths', () => {
  it('gives percentiles by nearest rank, and the least multiple of 8 that cuts fewer than 1 %', () => {
    expect(tokenLengths(lengths, { maxPositions: 2048 })).toEqual({
      ...{ texts: 1000, mean: 500.5, median: 500, p90: 900, p95: 950, p99: 990, longest: 1000 },
      ...{ maxLength: 992, cut: 8 }, // 984 would cut 16, and 991 is no multiple of 8
    });
  });

  it.each([
    [Array(100).fill(16), 16, 0],
    [[...Array(99).fill(16), 17], 24, 0], // one of a hundred is not fewer than 1 %
    [[...Array(100).fill(16), 17], 16, 1],
    [[...Array(199).fill(10), 500], 16, 1],
    [[3], 8, 0],
    [[2000, 2000], 100, 2], // the model's positions, whatever they are
  ])('of some lengths: %#', (own, maxLength, cut) => {
    expect(tokenLengths(own, { maxPositions: own[0] === 2000 ? 100 : 512 })).toMatchObject({ maxLength, cut });
  });

  it('refuses nothing', () => {
    expect(() => tokenLengths([], { maxPositions: 9 })).toThrow(/one text at least, got none/);
  });

  it('says so', () => {
    expect(lengthsNote(tokenLengths(lengths, { maxPositions: 2048 }))).toBe(
      'tokens per text: 501 on average, half up to 500, 90 % up to 900, 99 % up to 990, the longest 1000; 992 as the maximum length cuts 8 of 1000 texts (0.8 %)',
    );
    expect(lengthsNote(tokenLengths([3], { maxPositions: 9 }))).toMatch(/8 as the maximum length cuts none$/);
  });
});
