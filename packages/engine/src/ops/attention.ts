import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '../kernel/define-op';

/** Bias of a key that a query must not see; finite, so that a row without keys is uniform and not NaN. */
const unseen = -1e9;

/** Positions of tokens in their sequences, for causal attention. */
export interface CausalPositions {
  /** [rows, queries] int32 */
  readonly queries: tf.Tensor;
  /** [rows, keys] int32; default the queries'. */
  readonly keys?: tf.Tensor;
  /** A query sees this many tokens at most, itself among them; default any number. */
  readonly window?: number;
}

/**
 * The bias of attention scores that confines each query to the keys of its own sequence.
 *
 * @param querySequenceIds [rows, queries] int32; `keySequenceIds` [rows, keys], default the queries'
 * @param causal positions; a query then sees the keys at its own position and before, of a window the last ones alone
 * @returns `[rows, 1, queries, keys]`, 0 for a key that is seen, −1e9 for one that is not
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
 * The bias of attention scores that a table gives by the relation of a query to a key, such as a bucket of their distance.
 *
 * Layers that share the bias add up their gradients before these are summed by bucket, once.
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
  /** Keys and values that come before these, each the result of `splitHeads`; default none. */
  readonly past?: {
    /** [rows, keyValueHeads, past, headDim] */
    readonly key: tf.Tensor;
    /** [rows, keyValueHeads, past, headDim] */
    readonly value: tf.Tensor;
  };
  /** [rows, 1, queries, keys] from `sequenceBias`, or [rows, heads, queries, keys]; of the past keys first. */
  readonly bias: tf.Tensor;
  /** Number of heads of the queries. */
  readonly heads: number;
  /** Heads of keys and values, a divisor of `heads`; each is shared by a group of neighboring heads. Default `heads`. */
  readonly keyValueHeads?: number;
  /** What scores are multiplied by; default 1/√headDim. */
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
 * Multi-head scaled dot-product attention: softmax(scale · Q·Kᵀ + bias) · V, with a scale of 1/√headDim unless it is another.
 *
 * Past keys and values are multiplied where they are, and only scores are joined: to put the new ones behind them would copy all of them
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
  // The queries of heads that share a key are adjacent, so that a group is one longer list of queries to the products.
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

/** The values of earlier tokens and of new ones, each by its share of the probabilities, added up. */
function mixed(probabilities: tf.Tensor, values: readonly tf.Tensor[]): tf.Tensor {
  const keys = values.map(({ shape }) => shape[2]!);
  const shares = tf.split(probabilities, keys, 3);
  return values.map((value, i) => tf.matMul(shares[i], value)).reduce((sum, part) => tf.add(sum, part));
}
