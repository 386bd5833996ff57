export interface Difference {
  /** Largest |actual − expected|. */
  readonly absolute: number;
  /** The same divided by the largest |expected|; the absolute difference where all is expected to be zero. */
  readonly relative: number;
}

/** How far two arrays are apart. NaN on either side is infinitely far. */
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
