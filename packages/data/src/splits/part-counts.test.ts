import { describe, expect, it } from 'vitest';
import { failure } from '../../test/failure';
import { parseFractions, partSizes } from './part-counts';

describe('parseFractions', () => {
  it.each([
    ['80/20', [0.8, 0.2]],
    ['70/15/15', [0.7, 0.15, 0.15]],
    ['80 / 10 / 10', [0.8, 0.1, 0.1]],
    ['87.5/12.5', [0.875, 0.125]],
  ])('%s', (text, fractions) => {
    expect(parseFractions(text)).toEqual(fractions);
  });

  it.each(['', '80', '80/', '80/-20/40', '100/0', '50/20/20/10', 'a/b', '80/20%', '0x50/20'])('refuses %j', (text) => {
    expect(() => parseFractions(text)).toThrow('expected two or three percentages such as 80/20 or 80/10/10');
  });

  it('says what the percentages sum to', () => {
    expect(() => parseFractions('80/10')).toThrow(
      'split: expected percentages that sum to 100, got "80/10", which sums to 90',
    );
  });
});

describe('partSizes', () => {
  it('rounds every part but the first up, without rounding error', () => {
    expect(partSizes(100, [0.93, 0.07])).toEqual([93, 7]);
    expect(partSizes(101, [0.8, 0.1, 0.1])).toEqual([79, 11, 11]);
    expect(partSizes(30, [23 / 30, 7 / 30])).toEqual([23, 7]);
  });

  it('refuses fractions that are none, and too few examples', () => {
    expect(() => partSizes(10, [0.8, 0.1])).toThrow(RangeError);
    expect(() => partSizes(10, [1])).toThrow(RangeError);
    expect(() => partSizes(10, [1.2, -0.2])).toThrow(RangeError);
    expect(failure(() => partSizes(2, [0.8, 0.1, 0.1]))).toMatchObject({ name: 'AttuneError', code: 'DATA_SPLIT' });
  });
});
