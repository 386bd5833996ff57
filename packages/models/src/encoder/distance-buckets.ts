import * as tf from '@tensorflow/tfjs-core';

/** Buckets of the distance between two tokens. T5's learned bias has one number per bucket and head. */
export interface DistanceBuckets {
  /** Number of buckets in both directions together. */
  readonly count: number;
  /** Smallest distances of buckets 1, 2, … in either direction; the last bucket has no upper bound. */
  readonly leastDistances: readonly number[];
}

/**
 * T5's 32 buckets: distances 0 to 7, 8 to 11, and so on in steps of √2 up to 91 and more. For keys after the query the index is 16 higher; the
 * first of these is never used.
 *
 * From distance n = 8 on, the formula is ⌊8 + 8 · log(n / 8) / log(128 / 8)⌋. A list gives the same buckets on every engine; computed with rounded
 * logarithms, 16, 32 and 64 could fall on either side of a border.
 *
 * @see Raffel et al.: T5 (2020), section 2.1; transformers' `relative_position_bucket` of 32 buckets and a `max_distance` of 128
 */
export const t5Buckets: DistanceBuckets = {
  count: 32,
  leastDistances: [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91],
};

/** Bucket of a distance: keys before the query first, then keys after it. */
export function bucketOf(distance: number, { count, leastDistances }: DistanceBuckets): number {
  const length = Math.abs(distance);
  const bucket = leastDistances.filter((least) => least <= length).length;
  return distance > 0 ? count / 2 + bucket : bucket;
}

/**
 * Buckets of distances, int32 of the same shape. Uses a lookup table, because all distances beyond the last border share a bucket.
 *
 * @example
 * const bias = bucketBias(table, bucketsOf(pairs.distances(), t5Buckets));
 */
export function bucketsOf(distances: tf.Tensor, buckets: DistanceBuckets): tf.Tensor {
  const farthest = buckets.leastDistances.at(-1)!;
  const known = Array.from({ length: 2 * farthest + 1 }, (_, i) => bucketOf(i - farthest, buckets));
  const integer = (value: number) => tf.scalar(value, 'int32');
  const near = tf.maximum(tf.minimum(distances, integer(farthest)), integer(-farthest));
  return tf.gather(tf.tensor1d(known, 'int32'), tf.add(near, integer(farthest)));
}
