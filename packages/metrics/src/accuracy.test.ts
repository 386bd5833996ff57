import { describe, expect, it } from 'vitest';
import { accuracy } from './accuracy';

describe('accuracy', () => {
  it('is the share of equal labels', () => {
    expect(accuracy(['a', 'b', 'b'], ['a', 'b', 'a'])).toBe(2 / 3);
    expect(accuracy(new Int32Array([1, 2]), new Int32Array([1, 2]))).toBe(1);
  });

  it('names both lengths when they differ', () => {
    expect(() => accuracy([1, 2, 3], [1, 2])).toThrow(
      new RangeError('accuracy: expected yTrue and yPred of equal length, got 3 and 2; pass one prediction an example'),
    );
  });

  it('refuses to score nothing', () => {
    expect(() => accuracy([], [])).toThrow('expected at least one example, got none');
  });
});
