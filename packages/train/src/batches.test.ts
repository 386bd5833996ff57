import { expect, it } from 'vitest';
import { packedBatches, rowLengthFor } from './batches';
import { shuffledOrder } from './sampler';

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
