import * as tf from '@tensorflow/tfjs-core';

/** Added to the score of a key that may not be seen; finite, so that a row with no key is uniform and not NaN. */
const unseen = -1e9;

/** Where tokens are in their sequences, for attention that looks back only. */
export interface CausalPositions {
  /** [rows, queries] int32 */
  readonly queries: tf.Tensor;
  /** [rows, keys] int32; the queries' own unless given. */
  readonly keys?: tf.Tensor;
}

/**
 * What is added to attention scores so that each query sees the keys of its own sequence only.
 *
 * @param querySequenceIds [rows, queries] int32; `keySequenceIds` [rows, keys], the queries' own unless given
 * @param causal where given, a query sees of these the keys at its own position and before
 * @returns [rows, 1, queries, keys]: 0 for a key that is seen, −1e9 for one that is not
 */
export function sequenceBias(
  querySequenceIds: tf.Tensor,
  keySequenceIds: tf.Tensor = querySequenceIds,
  causal?: CausalPositions,
): tf.Tensor {
  const same = tf.equal(asQueries(querySequenceIds), asKeys(keySequenceIds)); // [rows, 1, queries, keys]
  const seen = causal ? tf.logicalAnd(same, isReached(causal)) : same;
  return tf.mul(tf.sub(1, tf.cast(seen, 'float32')), unseen);
}

const asQueries = (ids: tf.Tensor) => tf.reshape(ids, [ids.shape[0], 1, ids.shape[1]!, 1]);
const asKeys = (ids: tf.Tensor) => tf.reshape(ids, [ids.shape[0], 1, 1, ids.shape[1]!]);

const isReached = ({ queries, keys = queries }: CausalPositions) => tf.greaterEqual(asQueries(queries), asKeys(keys)); // [rows, 1, queries, keys]

export interface AttentionInputs {
  /** [rows · queries, heads · headDim] */
  readonly query: tf.Tensor;
  /** [rows · keys, keyValueHeads · headDim], or as `byHeads` gives them. */
  readonly key: tf.Tensor;
  readonly value: tf.Tensor;
  /** [rows, 1, queries, keys] from `sequenceBias`. */
  readonly bias: tf.Tensor;
  readonly heads: number;
  /** Heads of keys and values, a divisor of `heads`, which share them in groups of neighbors; `heads` unless given. */
  readonly keyValueHeads?: number;
  /** Applied to the probabilities [rows, heads, queries, keys]. */
  readonly dropout: (probabilities: tf.Tensor) => tf.Tensor;
}

/**
 * What the heads have of their tokens apart.
 *
 * @param x [rows · length, heads · headDim]
 * @returns [rows, heads, length, headDim]
 */
export function byHeads(x: tf.Tensor, { rows, heads }: { rows: number; heads: number }): tf.Tensor {
  const [tokens, hidden] = x.shape as [number, number];
  return tf.transpose(tf.reshape(x, [rows, tokens / rows, heads, hidden / heads]), [0, 2, 1, 3]);
}

/**
 * Multi-head scaled dot-product attention: softmax(Q·Kᵀ/√headDim + bias) · V.
 *
 * @returns [rows · queries, heads · headDim]
 * @see Vaswani et al.: Attention Is All You Need (2017); Ainslie et al.: GQA (2023)
 */
export function attention(inputs: AttentionInputs): tf.Tensor {
  const { query, key, value, bias, heads, keyValueHeads = heads, dropout } = inputs;
  const hidden = query.shape[1]!;
  const [rows, , queries] = bias.shape;
  const split = (x: tf.Tensor, heads: number) => (x.rank === 4 ? x : byHeads(x, { rows, heads }));
  // Queries of the heads that share a key lie one after another: to the products a group is one longer list of queries.
  const group = heads / keyValueHeads;
  const together = (x: tf.Tensor) =>
    group === 1 ? x : tf.reshape(x, [rows, keyValueHeads, group * queries, x.shape[3]!]);
  const apart = (x: tf.Tensor) => (group === 1 ? x : tf.reshape(x, [rows, heads, queries, x.shape[3]!]));
  const scaled = tf.mul(query, 1 / Math.sqrt(hidden / heads));
  const asked = together(split(scaled, heads));
  const scores = apart(tf.matMul(asked, split(key, keyValueHeads), false, true)); // [rows, heads, queries, keys]
  const probabilities = dropout(tf.softmax(tf.add(scores, bias)));
  const context = apart(tf.matMul(together(probabilities), split(value, keyValueHeads))); // [rows, heads, queries, headDim]
  return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [rows * queries, hidden]);
}
