import { expect, it } from 'vitest';
import type { TensorSpec } from '../tensor';
import { trainableMemory } from './memory';
import { adamw } from './optimizers';

const spec = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });

it('gives every parameter zeroed arrays that touch nobody else', () => {
  const memory = trainableMemory({ a: spec(3), b: spec(2, 5), c: spec() });
  const all = Object.values(memory).flatMap(({ parameter, gradient, first, second, fresh }) => [
    parameter,
    gradient,
    first,
    second,
    fresh,
  ]);
  expect(all.map(({ length }) => length)).toEqual([3, 3, 3, 3, 3, 10, 10, 10, 10, 10, 1, 1, 1, 1, 1]);
  all.forEach((array, i) => array.fill(i + 1));
  all.forEach((array, i) => expect(array.every((value) => value === i + 1)).toBe(true));
});

it('spreads over several memories where one is too small, and updates in each', () => {
  const bytes = (elements: number) => elements * 4 * 5;
  const memory = trainableMemory({ a: spec(8), b: spec(8), c: spec(4) }, bytes(12));
  const buffers = ['a', 'b', 'c'].map((name) => memory[name].parameter.buffer);
  expect(buffers[0]).not.toBe(buffers[1]);
  expect(buffers[1]).toBe(buffers[2]);
  for (const arrays of Object.values(memory)) {
    arrays.gradient.fill(1);
    adamw({ name: 'adamw' }).update(arrays, { step: 1, learningRate: 0.5, weightDecay: 0, scale: 1 });
    for (const value of arrays.parameter) expect(value).toBeCloseTo(-0.5, 5);
  }
});

it('refuses a parameter that no memory holds', () => {
  expect(() => trainableMemory({ huge: spec(100) }, 100)).toThrow('"huge" [100] needs 2000 bytes');
});
