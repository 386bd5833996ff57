import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paddedBatches } from './padded-batches';

const sequencesOf = (lengths: readonly number[]) => lengths.map((length) => ({ ids: new Int32Array(length) }));

describe('paddedBatches', () => {
  it('takes the longest first, as many as there is room for, and never fewer than one', () => {
    const sequences = sequencesOf([2, 20, 5, 4, 4, 1]);
    const batches = (batchSize?: number) =>
      Array.from(paddedBatches(sequences, { batchTokens: 10, batchSize }), (batch) => [...batch]);
    expect(batches()).toEqual([[1], [2, 3], [4, 0], [5]]);
    expect(batches(1)).toEqual([[1], [2], [3], [4], [0], [5]]);
    expect([...paddedBatches([], { batchTokens: 10 })]).toEqual([]);
  });

  it('has every sequence once, within both bounds', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 50 });
    const size = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
    fc.assert(
      fc.property(lengths, size, fc.integer({ min: 1, max: 200 }), (lengths, batchSize, batchTokens) => {
        const batches = [...paddedBatches(sequencesOf(lengths), { batchTokens, batchSize })];
        const all = batches.flatMap((batch) => [...batch]);
        expect([...all].sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
        expect(all.map((i) => lengths[i])).toEqual([...lengths].sort((a, b) => b - a));
        for (const batch of batches) {
          if (batch.length > 1) expect(batch.length * lengths[batch[0]]).toBeLessThanOrEqual(batchTokens);
          expect(batch.length).toBeLessThanOrEqual(batchSize ?? batchTokens);
        }
      }),
    );
  });
});
