import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalText } from './groups';
import { copiesIn, leakageReport } from './leakage';
import { similarity, wordSet } from './near-duplicates';

/** Every pair compared, the obvious way. */
function naive(earlier: readonly string[], later: readonly string[], threshold: number): [number, number] {
  const isEqual = (text: string) => earlier.some((other) => normalText(other) === normalText(text));
  const isNear = (text: string) =>
    wordSet(text).size > 0 && earlier.some((other) => similarity(wordSet(text), wordSet(other)) >= threshold);
  return [later.filter(isEqual).length, later.filter((text) => !isEqual(text) && isNear(text)).length];
}

describe('leakageReport', () => {
  it('counts equal and near copies, with their places', () => {
    const { pairs, notes } = leakageReport({
      training: ['Senior welder in Leeds wanted now', 'Cook'],
      validation: ['Waiter'],
      test: ['cook ', 'Senior welder in York wanted now', 'Waiter', 'Roofer'],
    });
    expect(pairs[1]).toEqual({
      from: 'training',
      into: 'test',
      equal: { count: 1, share: 0.25, examples: [{ index: 0, copy: 1, similarity: 1 }] },
      near: { count: 0, share: 0, examples: [] },
    });
    expect(pairs.map(({ equal }) => equal.count)).toEqual([0, 1, 1]);
    expect(notes).toEqual([
      '1 of 4 texts of test (25 %) are also in training, 0 more have a near duplicate there: scores on test are too high; split by groups of equal texts',
      expect.stringContaining('are also in validation'),
    ]);
    const near = leakageReport({ a: ['a b c d e'], b: ['x', 'a b c d f'] }, { threshold: 4 / 6 }).pairs[0].near;
    expect(near).toEqual({ count: 1, share: 0.5, examples: [{ index: 1, copy: 0, similarity: 4 / 6 }] });
  });

  it('misses no pair that comparing all finds', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'F', 'f', '!'), { maxLength: 8 })
      .map((w) => w.join(' '));
    const threshold = fc.constantFrom(0.1, 0.3, 0.5, 0.6, 2 / 3, 0.75, 0.8, 1);
    fc.assert(
      fc.property(fc.array(text), fc.array(text), threshold, (earlier, later, own) => {
        const [{ equal, near }] = leakageReport({ earlier, later }, { threshold: own }).pairs;
        expect([equal.count, near.count]).toEqual(naive(earlier, later, own));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses thresholds out of range', () => {
    expect(() => leakageReport({ a: [] }, { threshold: 0 })).toThrow('threshold expected a number above 0');
  });
});

it('finds equal and nearly equal texts', () => {
  const texts = ['Cook in  bath', 'Welder', 'Night nurse wanted in Leeds now', 'Day nurse wanted in Leeds now'];
  const others = ['cook in Bath', 'Night nurse wanted in Leeds'];
  expect([...copiesIn(texts, others)].sort()).toEqual([0, 2]);
  expect([...copiesIn(texts, others, { threshold: 0.5 })].sort()).toEqual([0, 2, 3]); // 4 of 7 words
  expect(copiesIn(texts, []).size).toBe(0);
});
