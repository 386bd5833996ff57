import * as tf from '@tensorflow/tfjs-core';

/** Added to the score of a key that may not be seen; finite, so that a row with no key is uniform and not NaN. */
const unseen = -1e9;

/**
 * What is added to attention scores so that each token sees its own sequence only.
 *
 * @param sequenceIds [rows, length] int32: equal within a sequence
 * @returns [rows, 1, length, length]: 0 within a sequence, −1e9 across
 */
export function sequenceBias(sequenceIds: tf.Tensor): tf.Tensor {
  const [rows, length] = sequenceIds.shape;
  const same = tf.equal(tf.reshape(sequenceIds, [rows, 1, length, 1]), tf.reshape(sequenceIds, [rows, 1, 1, length])); // [rows, 1, length, length]
  return tf.mul(tf.sub(1, tf.cast(same, 'float32')), unseen);
}

export interface AttentionInputs {
  /** [tokens, hidden] with tokens = rows · length. */
  readonly query: tf.Tensor;
  readonly key: tf.Tensor;
  readonly value: tf.Tensor;
  /** [rows, 1, length, length] from `sequenceBias`. */
  readonly bias: tf.Tensor;
  readonly heads: number;
  /** Applied to the probabilities [rows, heads, length, length]. */
  readonly dropout: (probabilities: tf.Tensor) => tf.Tensor;
}

/**
 * Multi-head scaled dot-product attention: softmax(Q·Kᵀ/√headDim + bias) · V.
 *
 * @returns [tokens, hidden]
 * @see Vaswani et al.: Attention Is All You Need (2017)
 */
export function attention({ query, key, value, bias, heads, dropout }: AttentionInputs): tf.Tensor {
  const [tokens, hidden] = query.shape;
  const [rows, , length] = bias.shape;
  const headDim = hidden / heads;
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [rows, length, heads, headDim]), [0, 2, 1, 3]); // [rows, heads, length, headDim]
  const scaled = tf.mul(query, 1 / Math.sqrt(headDim));
  const scores = tf.matMul(split(scaled), split(key), false, true); // [rows, heads, length, length]
  const probabilities = dropout(tf.softmax(tf.add(scores, bias)));
  const context = tf.matMul(probabilities, split(value)); // [rows, heads, length, headDim]
  return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [tokens, hidden]);
}
