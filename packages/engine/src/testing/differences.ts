import { replayFloat64 } from '../compile/replay';
import type { Float64Tensor } from '../kernel/kernel';
import { type ProgramFunction, record } from '../record/record';
import type { HostTensors } from '../tensor';

/** Difference of two arrays. */
export interface Difference {
  /** Largest |actual − expected|. */
  readonly absolute: number;
  /** The absolute difference divided by the largest |expected|, unless all of `expected` is zero. */
  readonly relative: number;
}

/**
 * Largest difference of two arrays. NaN on either side counts as infinite.
 *
 * @example
 * expect(largestDifference(actual.data, expected.data).relative).toBeLessThan(1e-6);
 */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): Difference {
  if (actual.length !== expected.length)
    throw new RangeError(`largestDifference: ${actual.length} values against ${expected.length}`);
  let absolute = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    absolute = Math.max(absolute, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return { absolute, relative: largest === 0 ? absolute : absolute / largest };
}

/**
 * The gradient of a program's scalar output `loss` with respect to one input, by central differences on the float64 replay.
 *
 * @param step half of the interval; the error is about step² + 1e-16/step
 * @example
 * const expected = centralDifferences(fn, { batch, parameters }, 'weight');
 */
export function centralDifferences(
  fn: ProgramFunction,
  {
    batch,
    parameters,
  }: {
    /** Inputs of the program, by name. */
    batch: HostTensors;
    /** Parameters of the program, by name. */
    parameters: HostTensors;
  },
  by: string,
  step = 1e-5,
): Float64Tensor {
  const program = record(fn, batch, parameters);
  const inputs = { ...batch, ...parameters };
  const origin = Float64Array.from(inputs[by].data);
  const lossAt = (i: number, offset: number) => {
    const data = origin.slice();
    data[i] += offset;
    return replayFloat64(program, { ...inputs, [by]: { shape: inputs[by].shape, data } }).loss.data[0];
  };
  return {
    shape: inputs[by].shape,
    data: origin.map((_, i) => (lossAt(i, step) - lossAt(i, -step)) / (2 * step)),
  };
}
