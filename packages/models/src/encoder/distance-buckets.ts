import * as tf from '@tensorflow/tfjs-core';

/** Buckets of the distances between two tokens, of which T5's learned biases have one number per head. */
export interface DistanceBuckets {
  /** Both directions together. */
  readonly count: number;
  /** The least distances of the buckets 1, 2, … of either direction; the last one has all from there on. */
  readonly leastDistances: readonly number[];
}

/**
 * T5's 32 buckets: distances 0 to 7, 8 to 11, and from there in steps of √2 up to 91 and more; 16 further on for keys after the query, where the
 * first is never used.
 *
 * The formula takes ⌊8 + 8 · log(n / 8) / log(128 / 8)⌋ of a distance n from 8 on. As a list it is the same on every engine, of which 16, 32 and
 * 64, on a border, are not sure where logarithms are rounded.
 *
 * @see Raffel et al.: T5 (2020), section 2.1; transformers' `relative_position_bucket` of 32 buckets and a `max_distance` of 128
 */
export const t5Buckets: DistanceBuckets = {
  count: 32,
  leastDistances: [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91],
};

/** The bucket of a distance: those of keys before the query, then those of keys after it. */
export function bucketOf(distance: number, { count, leastDistances }: DistanceBuckets): number {
  const length = Math.abs(distance);
  const bucket = leastDistances.filter((least) => least <= length).length;
  return distance > 0 ? count / 2 + bucket : bucket;
}

/**
 * Buckets of distances, int32 of the same shape: looked up, since all distances from the last border on are alike.
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
