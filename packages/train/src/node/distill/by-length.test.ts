import { expect, it } from 'vitest';
import { rowsByLength } from './by-length';

const input = (length: number, first: number) => ({ ids: Int32Array.from({ length }, (_, i) => first + i) });

/** A model whose sums depend on the size of the batch and on the longest input, as those of a matrix product do. */
const model = () => {
  const shapes = new Set<string>();
  return {
    shapes,
    rowsOf: async (batch: readonly { readonly ids: Int32Array }[]) => {
      const longest = Math.max(...batch.map(({ ids }) => ids.length));
      shapes.add(`${batch.length} × ${longest}`);
      return batch.map(({ ids }) => Float32Array.of(ids[0] + 1e-3 * batch.length + 1e-2 * longest));
    },
  };
};

const inputs = [3, 5, 3, 9, 5, 3, 3, 3, 12, 5].map((length, i) => input(length, 100 * i));

it('gives each input the outputs that it has alone, with whatever others', async () => {
  const { rowsOf, shapes } = model();
  const together = await rowsByLength(inputs, { tokens: 10, rowsOf });
  for (const [i, own] of inputs.entries())
    expect(await rowsByLength([own], { tokens: 10, rowsOf })).toEqual([together[i]]);
  const some = [inputs[7], inputs[3], inputs[0]];
  expect(await rowsByLength(some, { tokens: 10, rowsOf })).toEqual([together[7], together[3], together[0]]);
  expect([...shapes].sort()).toEqual(['1 × 12', '1 × 9', '2 × 5', '3 × 3']);
});

it('is one input per batch where a batch has one token', async () => {
  const { rowsOf, shapes } = model();
  await rowsByLength(inputs, { tokens: 1, rowsOf });
  expect([...shapes].sort()).toEqual(['1 × 12', '1 × 3', '1 × 5', '1 × 9']);
  expect(await rowsByLength([], { tokens: 1, rowsOf })).toEqual([]);
});
