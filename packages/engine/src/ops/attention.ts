import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '../kernel/define-op';

/** Bias of a masked key; finite, so that a row without keys is uniform and not NaN. */
const unseen = -1e9;

/** Positions of tokens in their sequences, for causal attention. */
export interface CausalPositions {
  /** [rows, queries] int32 */
  readonly queries: tf.Tensor;
  /** [rows, keys] int32; default the queries'. */
  readonly keys?: tf.Tensor;
  /** Maximum number of tokens that a query attends to, itself included; default unlimited. */
  readonly window?: number;
}

/**
 * Attention bias that masks the keys of other sequences.
 *
 * @param querySequenceIds [rows, queries] int32; `keySequenceIds` [rows, keys], default those of the queries
 * @param causal positions for causal attention: a query attends to keys at its own position and before, within the window if there is one
 * @returns `[rows, 1, queries, keys]`, 0 for a visible key, −1e9 for a masked one
 * @example
 * const bias = sequenceBias(sequenceIds);
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

/** [rows, 1, queries, keys] */
function isReached({ queries, keys = queries, window }: CausalPositions): tf.Tensor {
  const isBefore = tf.greaterEqual(asQueries(queries), asKeys(keys));
  if (window === undefined) return isBefore;
  const first = tf.sub(asQueries(queries), tf.scalar(window - 1, 'int32'));
  return tf.logicalAnd(isBefore, tf.greaterEqual(asKeys(keys), first));
}

/**
 * Attention bias from a table, by the relation between query and key, such as a bucket of their distance.
 *
 * Layers that share the bias sum their gradients first; these are then summed per bucket, once.
 *
 * @param table [buckets, heads]
 * @param buckets [rows, queries, keys] int32, or one row for all
 * @returns [rows, heads, queries, keys]
 * @see Raffel et al.: Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer (2020), section 2.1
 * @example
 * const bias = tf.add(sequenceBias(sequenceIds), bucketBias(table, buckets));
 */
export function bucketBias(table: tf.Tensor, buckets: tf.Tensor): tf.Tensor {
  const [count, heads] = table.shape as [number, number];
  return defineOp({
    forward: (table: tf.Tensor) => {
      const byHead = tf.gather(tf.transpose(table), buckets, 1); // [heads, rows, queries, keys]
      return { value: tf.transpose(byHead, [1, 0, 2, 3]), saved: [] };
    },
    gradient: (dY) => {
      const byPair = tf.reshape(tf.transpose(dY, [0, 2, 3, 1]), [-1, heads]); // [rows · queries · keys, heads]
      return tf.unsortedSegmentSum(byPair, tf.reshape(buckets, [-1]) as tf.Tensor1D, count); // [buckets, heads]
    },
  })(table);
}

/** Inputs of `attention`. */
export interface AttentionInputs {
  /** [rows · queries, heads · headDim] */
  readonly query: tf.Tensor;
  /** [rows · keys, keyValueHeads · headDim], or the result of `splitHeads`. */
  readonly key: tf.Tensor;
  /** [rows · keys, keyValueHeads · headDim], or the result of `splitHeads`. */
  readonly value: tf.Tensor;
  /** Keys and values of earlier tokens, each a result of `splitHeads`; default none. */
  readonly past?: {
    /** [rows, keyValueHeads, past, headDim] */
    readonly key: tf.Tensor;
    /** [rows, keyValueHeads, past, headDim] */
    readonly value: tf.Tensor;
  };
  /** [rows, 1, queries, keys] from `sequenceBias`, or [rows, heads, queries, keys]; past keys first. */
  readonly bias: tf.Tensor;
  /** Number of query heads. */
  readonly heads: number;
  /** Number of key and value heads, a divisor of `heads`; groups of neighboring query heads share one. Default `heads`. */
  readonly keyValueHeads?: number;
  /** Factor of the scores; default 1/√headDim. */
  readonly scale?: number;
  /** Applied to the probabilities [rows, heads, queries, keys]. */
  readonly dropout: (probabilities: tf.Tensor) => tf.Tensor;
}

/**
 * Splits hidden states into heads.
 *
 * @param x [rows · length, heads · headDim]
 * @returns [rows, heads, length, headDim]
 * @example
 * const keys = splitHeads(key, { rows: 2, heads: 12 });
 */
export function splitHeads(
  x: tf.Tensor,
  {
    rows,
    heads,
  }: {
    /** Number of rows in the batch, a divisor of the first dimension. */
    rows: number;
    /** Number of heads, a divisor of the second dimension. */
    heads: number;
  },
): tf.Tensor {
  const [tokens, hidden] = x.shape as [number, number];
  return tf.transpose(tf.reshape(x, [rows, tokens / rows, heads, hidden / heads]), [0, 2, 1, 3]);
}

/**
 * Multi-head scaled dot-product attention: softmax(scale · Q·Kᵀ + bias) · V, with scale 1/√headDim by default.
 *
 * Past keys and values are multiplied in place and only scores are concatenated: appending the new ones would copy the whole cache
 * for each new token.
 *
 * @returns [rows · queries, heads · headDim]
 * @see Vaswani et al.: Attention Is All You Need (2017); Ainslie et al.: GQA (2023)
 * @example
 * const context = attention({ query, key, value, bias, heads: 12, dropout: (probabilities) => probabilities });
 */
export function attention(inputs: AttentionInputs): tf.Tensor {
  const { query, key, value, past, bias, heads, keyValueHeads = heads, dropout } = inputs;
  const hidden = query.shape[1]!;
  const { scale = 1 / Math.sqrt(hidden / heads) } = inputs;
  const [rows, , queries] = bias.shape;
  const split = (x: tf.Tensor, heads: number) => (x.rank === 4 ? x : splitHeads(x, { rows, heads }));
  // The queries of heads that share a key are adjacent, so that the products treat a group as one longer list of queries.
  const group = heads / keyValueHeads;
  const together = (x: tf.Tensor) =>
    group === 1 ? x : tf.reshape(x, [rows, keyValueHeads, group * queries, x.shape[3]!]);
  const apart = (x: tf.Tensor) => (group === 1 ? x : tf.reshape(x, [rows, heads, queries, x.shape[3]!]));
  const scaled = tf.mul(query, scale);
  const grouped = together(split(scaled, heads));
  const against = (key: tf.Tensor) => tf.matMul(grouped, key, false, true); // [rows, keyValueHeads, group · queries, keys]
  const products = [...(past ? [against(past.key)] : []), against(split(key, keyValueHeads))];
  const scores = apart(past ? tf.concat(products, 3) : products[0]); // [rows, heads, queries, keys]
  const probabilities = together(dropout(tf.softmax(tf.add(scores, bias))));
  const own = split(value, keyValueHeads);
  const context = apart(past ? mixed(probabilities, [past.value, own]) : tf.matMul(probabilities, own)); // [rows, heads, queries, headDim]
  return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [rows * queries, hidden]);
}

/** Values of earlier and new tokens, weighted by the probabilities and summed. */
function mixed(probabilities: tf.Tensor, values: readonly tf.Tensor[]): tf.Tensor {
  const keys = values.map(({ shape }) => shape[2]!);
  const shares = tf.split(probabilities, keys, 3);
  return values.map((value, i) => tf.matMul(shares[i], value)).reduce((sum, part) => tf.add(sum, part));
}
