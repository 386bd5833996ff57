import { describe, expect, it } from 'vitest';
import { float32 } from '../tensor';
import { randomFloats } from '../testing/random-tensors';
import { quantizeRows, rowScales } from './lowerings';

describe('quantizeRows', () => {
  const matrix = float32([0.5, -1, 0.25, 0, 0, 0], [2, 3]);

  it('gives each row its own scale, symmetric about zero', () => {
    expect(Array.from(rowScales(matrix, { largest: 127 }))).toEqual([Math.fround(1 / 127), 1]);
    expect(Array.from(quantizeRows(matrix, { largest: 127 }))).toEqual([64, -127, 32, 0, 0, 0]);
  });

  it('lays the integers out transposed', () => {
    expect(Array.from(quantizeRows(matrix, { largest: 64, transposed: true }))).toEqual([32, 0, -64, 0, 16, 0]);
  });

  it.each([64, 127])('is within half a unit of every value, in [−%i, %i]', (largest) => {
    const random = randomFloats([7, 33], 5);
    const scales = rowScales(random, { largest });
    quantizeRows(random, { largest }).forEach((integer, i) => {
      const scale = scales[Math.floor(i / 33)];
      expect(Math.abs(integer * scale - random.data[i])).toBeLessThanOrEqual(scale * 0.500001);
      expect(Math.abs(integer)).toBeLessThanOrEqual(largest);
    });
  });
});
