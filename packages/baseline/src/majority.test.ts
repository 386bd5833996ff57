import { describe, expect, it } from 'vitest';
import { majorityBaseline } from './majority';

describe('majorityBaseline', () => {
  it('takes the most frequent label, the first by code point of several', () => {
    expect(majorityBaseline(['b', 'a', 'b', 'b'])).toMatchObject({ label: 'b', share: 0.75, labels: ['a', 'b'] });
    expect(majorityBaseline(['b', 'a', 'c', 'b', 'a']).label).toBe('a');
  });

  it('says the same of every text', () => {
    const predictions = majorityBaseline(['x', 'y', 'y']).predict(['one', 'two']);
    expect(predictions).toEqual([1, 2].map(() => ({ label: 'y', score: 2 / 3, scores: { x: 1 / 3, y: 2 / 3 } })));
  });

  it('refuses no labels', () => {
    expect(() => majorityBaseline([])).toThrow(RangeError);
  });
});
