import { describe, expect, it } from 'vitest';
import { histogram, lengthCounter, percentile, shareCut } from './stats';

const statsOf = (lengths: readonly number[]) => {
  const counter = lengthCounter(1);
  for (const length of lengths) counter.add(new Int32Array(length).fill(length % 2));
  return counter.stats();
};

describe('lengthCounter', () => {
  it('counts texts, tokens, unknown ones and lengths', () => {
    expect(statsOf([9, 2, 9, 4])).toEqual({
      texts: 4,
      tokens: 24,
      unknown: 18,
      lengths: [
        [2, 1],
        [4, 1],
        [9, 2],
      ],
    });
  });
});

describe('percentile, shareCut and histogram', () => {
  const hundred = statsOf(Array.from({ length: 100 }, (_, i) => i + 1));

  it('give lengths by rank, shares by length, and bins that double', () => {
    expect([0.01, 0.5, 0.95, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 95, 100]);
    expect([0, 50, 99, 100].map((length) => shareCut(hundred, length))).toEqual([1, 0.5, 0.01, 0]);
    expect(histogram(hundred)).toEqual([
      { from: 0, to: 8, texts: 8 },
      { from: 9, to: 16, texts: 8 },
      { from: 17, to: 32, texts: 16 },
      { from: 33, to: 64, texts: 32 },
      { from: 65, to: 128, texts: 36 },
    ]);
  });
});
