import { expect, it } from 'vitest';
import { macroF1Difference } from './macro-f1-difference';

const yTrue = ['x', 'y', 'x', 'y'];

it('is the difference of the macro-F1', () => {
  const found = macroF1Difference(yTrue, { a: ['x', 'x', 'y', 'y'], b: ['y', 'y', 'y', 'y'] }, { seed: 1 });
  expect(found.difference).toBeCloseTo(0.5 - 1 / 3, 12);
  expect(found.low).toBeLessThanOrEqual(found.difference);
  expect(found.high).toBeGreaterThanOrEqual(found.difference);
});

it('is nothing, surely, between the same', () => {
  const { difference, low, high } = macroF1Difference(yTrue, { a: ['x', 'x', 'y', 'y'], b: ['x', 'x', 'y', 'y'] });
  expect([difference, low, high]).toEqual([0, 0, 0]);
});
