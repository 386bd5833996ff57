import { paddedLength, type TrainableArrays } from './trainable-memory';

/** Elements of an array, as SIMD loops take them: `length` is a multiple of four. */
export interface Range {
  readonly start: number;
  readonly length: number;
}

export const wholeOf = ({ parameter }: TrainableArrays): Range => ({
  start: 0,
  length: paddedLength(parameter.length),
});

/** Where an element is, in its memory. */
export const addressOf = (array: Float32Array, { start }: Range): number =>
  array.byteOffset + start * Float32Array.BYTES_PER_ELEMENT;

/**
 * Sum of squares of a gradient in float64, always in the same order.
 *
 * @param ranges parts that start at multiples of 16 and outside which the gradient is zero, in ascending order: the sum
 *   has the same bits as over the whole
 */
export function squaredNorm(arrays: TrainableArrays, ranges: Iterable<Range> = [wholeOf(arrays)]): number {
  const { gradient, sums, kernels } = arrays;
  sums.fill(0);
  for (const range of ranges) kernels.addSquares(addressOf(gradient, range), range.length, sums.byteOffset);
  return sums.reduce((total, sum) => total + sum, 0);
}

/** Adds `scale` times what was just computed to the kept gradient. */
export function addFresh(arrays: TrainableArrays, scale: number, ranges: Iterable<Range> = [wholeOf(arrays)]): void {
  const { gradient, fresh, kernels } = arrays;
  for (const range of ranges)
    kernels.addScaled(addressOf(gradient, range), addressOf(fresh, range), range.length, scale);
}
