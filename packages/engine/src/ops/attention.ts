import * as tf from '@tensorflow/tfjs-core';

/** Added to the score of a key that may not be seen; finite, so that a row with no key is uniform and not NaN. */
const unseen = -1e9;

/**
 * What is added to attention scores so that each query sees the keys of its own sequence only.
 *
 * @param querySequenceIds [rows, queries] int32; `keySequenceIds` [rows, keys], the queries' own unless given
 * @returns [rows, 1, queries, keys]: 0 within a sequence, −1e9 across
 */
export function sequenceBias(querySequenceIds: tf.Tensor, keySequenceIds: tf.Tensor = querySequenceIds): tf.Tensor {
  const [rows, queries] = querySequenceIds.shape;
  const keys = keySequenceIds.shape[1]!;
  const same = tf.equal(
    tf.reshape(querySequenceIds, [rows, 1, queries, 1]),
    tf.reshape(keySequenceIds, [rows, 1, 1, keys]),
  ); // [rows, 1, queries, keys]
  return tf.mul(tf.sub(1, tf.cast(same, 'float32')), unseen);
}

export interface AttentionInputs {
  /** [rows · queries, hidden] */
  readonly query: tf.Tensor;
  /** [rows · keys, hidden] */
  readonly key: tf.Tensor;
  readonly value: tf.Tensor;
  /** [rows, 1, queries, keys] from `sequenceBias`. */
  readonly bias: tf.Tensor;
  readonly heads: number;
  /** Applied to the probabilities [rows, heads, queries, keys]. */
  readonly dropout: (probabilities: tf.Tensor) => tf.Tensor;
}

/**
 * Multi-head scaled dot-product attention: softmax(Q·Kᵀ/√headDim + bias) · V.
 *
 * @returns [rows · queries, hidden]
 * @see Vaswani et al.: Attention Is All You Need (2017)
 */
export function attention({ query, key, value, bias, heads, dropout }: AttentionInputs): tf.Tensor {
  const hidden = query.shape[1]!;
  const [rows, , queries, keys] = bias.shape;
  const headDim = hidden / heads;
  const split = (x: tf.Tensor, length: number) =>
    tf.transpose(tf.reshape(x, [rows, length, heads, headDim]), [0, 2, 1, 3]); // [rows, heads, length, headDim]
  const scaled = tf.mul(query, 1 / Math.sqrt(headDim));
  const scores = tf.matMul(split(scaled, queries), split(key, keys), false, true); // [rows, heads, queries, keys]
  const probabilities = dropout(tf.softmax(tf.add(scores, bias)));
  const context = tf.matMul(probabilities, split(value, keys)); // [rows, heads, queries, headDim]
  return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [rows * queries, hidden]);
}
