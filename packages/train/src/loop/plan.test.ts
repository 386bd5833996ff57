import { expect, it } from 'vitest';
import { shuffledOrder } from './plan';

it('is a permutation that depends on seed and epoch alone', () => {
  const first = shuffledOrder(100, { seed: 42, epoch: 1 });
  expect(Array.from(first).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(shuffledOrder(100, { seed: 42, epoch: 1 })).toEqual(first);
  expect(shuffledOrder(100, { seed: 42, epoch: 2 })).not.toEqual(first);
  expect(shuffledOrder(100, { seed: 43, epoch: 1 })).not.toEqual(first);
});

it('puts every example at every place about equally often', () => {
  const counts = Array.from({ length: 5 }, () => new Array(5).fill(0));
  for (let epoch = 0; epoch < 5000; epoch++)
    shuffledOrder(5, { seed: 1, epoch }).forEach((example, place) => counts[example][place]++);
  for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(150); // five standard deviations
});
