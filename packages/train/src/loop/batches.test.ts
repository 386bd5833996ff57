import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedBatches, paddedBatches, rowLengthFor, rowLengthsUpTo } from './batches';
import { shuffledOrder } from './plan';

const sequences = Array.from({ length: 23 }, (_, i) => ({
  ids: Int32Array.from({ length: 2 + (i % 9) }, (_, j) => 100 + i * 10 + j),
}));

it('holds every example once, whole, in reads of one shape', () => {
  const order = shuffledOrder(23, { seed: 1, epoch: 1 });
  const batches = [...packedBatches(sequences, order, { batchSize: 5, rowLength: 16, padTokenId: 0 })];
  expect(batches.flatMap(({ examples }) => [...examples])).toEqual([...order]);
  expect(batches.map(({ examples }) => examples.length)).toEqual([5, 5, 5, 5, 3]);
  for (const { tensors, examples, tokens } of batches) {
    expect(tensors.reads.shape).toEqual([5]);
    expect(tokens).toBe([...examples].reduce((sum, i) => sum + sequences[i].ids.length, 0));
    examples.forEach((example, i) => {
      const start = tensors.reads.data[i];
      const { ids } = sequences[example];
      expect(Array.from(tensors.inputIds.data.subarray(start, start + ids.length))).toEqual(Array.from(ids));
      expect([...tensors.positionIds.data.subarray(start, start + ids.length)]).toEqual([...ids.keys()]);
      expect([...tensors.sequenceIds.data].filter((id) => id === i)).toHaveLength(ids.length);
    });
    expect([...tensors.sequenceIds.data].filter((id) => id >= 0)).toHaveLength(tokens);
  }
});

it('chooses rows that hold the longest sequence', () => {
  expect(rowLengthFor([{ ids: new Int32Array(3) }])).toBe(32);
  expect(rowLengthFor([{ ids: new Int32Array(3) }, { ids: new Int32Array(201) }])).toBe(208);
});

it('has few lengths of rows to choose from, the longest among them', () => {
  expect(rowLengthsUpTo(32)).toEqual([32]);
  expect(rowLengthsUpTo(208)).toEqual([32, 64, 96, 128, 160, 192, 208]);
  expect(rowLengthsUpTo(640)).toEqual([32, 64, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640]);
});

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
