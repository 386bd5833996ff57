import { embedding, sequenceBias, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Pass } from '../pass';

/** Pairs of a query and a key in attention, whose scores a family may add to. */
export interface TokenPairs {
  /** `[rows, 1, queries, keys]`: 0 for a key of the query's own sequence, −1e9 for another. */
  readonly mask: tf.Tensor;
  /**
   * [rows, queries, keys] int32, or one row for all: how many tokens the key comes after the query, negative before it. Right for two tokens
   * of one sequence; between others it means nothing, and the mask hides it.
   */
  readonly distances: () => tf.Tensor;
}

/**
 * What a family adds to attention scores: called once for all pairs of a batch, and once for those of the head's tokens if these are computed
 * alone. The result is called for each layer, which may differ, and returns [rows, heads or 1, queries, keys] with the mask in it.
 */
export type ScoreBias = (pairs: TokenPairs, pass: Pass) => (layer: number) => tf.Tensor;

/** A mask of other sequences' keys, and nothing else. */
export const maskOnly: ScoreBias =
  ({ mask }) =>
  () =>
    mask;

/** Every two tokens of a row. A sequence lies in one row without gaps, so that places in the row tell distances. */
export function everyPair({ sequenceIds }: Tensors): TokenPairs {
  return {
    mask: sequenceBias(sequenceIds),
    distances: () => {
      const places = tf.range(0, sequenceIds.shape[1]!, 1, 'int32');
      return tf.sub(tf.reshape(places, [1, 1, -1]), tf.reshape(places, [1, -1, 1])); // [1, length, length]
    },
  };
}

/** Whether the head's tokens lie row by row, as many in each: `readSequenceIds` is then [rows, reads per row]. */
const isByRow = ({ readSequenceIds }: Tensors): boolean => readSequenceIds?.rank === 2;

/** Whether each of the head's tokens looks at the keys of its own row, or may as well look at all rows', of which it sees its sequence's. */
export function isFew(batch: Tensors): boolean {
  const { reads, readSequenceIds, sequenceIds } = batch;
  return isByRow(batch) || (readSequenceIds !== undefined && reads.shape[0] <= sequenceIds.shape[1]!);
}

/** The head's tokens as queries over their row's keys, or as one row of queries over all tokens as one row of keys. */
export function headPairs(batch: Tensors): TokenPairs {
  const { reads, readSequenceIds, sequenceIds, positionIds } = batch;
  const inRows = (ids: tf.Tensor) => (isByRow(batch) ? ids : tf.reshape(ids, [1, ids.size]));
  const [queries, keys] = [inRows(readSequenceIds), inRows(sequenceIds)];
  return {
    mask: sequenceBias(queries, keys),
    distances: () => {
      const [rows, length] = keys.shape as [number, number];
      const ofKeys = tf.reshape(positionIds, [rows, 1, length]);
      const ofQueries = tf.reshape(embedding(positionIds, reads), [rows, queries.shape[1]!, 1]);
      return tf.sub(ofKeys, ofQueries); // [rows, queries, keys]
    },
  };
}
