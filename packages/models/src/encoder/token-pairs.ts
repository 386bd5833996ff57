import { embedding, sequenceBias, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Pass } from '../pass';

/** Pairs of query and key in attention, for families that add a bias to the scores. */
export interface TokenPairs {
  /** `[rows, 1, queries, keys]`: 0 for a key of the query's sequence, −1e9 for any other key. */
  readonly mask: tf.Tensor;
  /**
   * [rows, queries, keys] int32, or one row for all: position of the key minus position of the query. Valid only for two tokens
   * of one sequence; the mask hides all other pairs.
   */
  readonly distances: () => tf.Tensor;
}

/**
 * Bias that a family adds to attention scores. Called once for all pairs of a batch, and once for the pairs of the head's tokens if these are computed
 * separately. The returned function is called for each layer and returns [rows, heads or 1, queries, keys], including the mask.
 */
export type ScoreBias = (pairs: TokenPairs, pass: Pass) => (layer: number) => tf.Tensor;

/** Only the mask of other sequences' keys. */
export const maskOnly: ScoreBias =
  ({ mask }) =>
  () =>
    mask;

/** All pairs of tokens in a row. A sequence is contiguous in its row, so differences of row positions are distances. */
export function everyPair({ sequenceIds }: Tensors): TokenPairs {
  return {
    mask: sequenceBias(sequenceIds),
    distances: () => {
      const places = tf.range(0, sequenceIds.shape[1]!, 1, 'int32');
      return tf.sub(tf.reshape(places, [1, 1, -1]), tf.reshape(places, [1, -1, 1])); // [1, length, length]
    },
  };
}

/** Whether every row has the same number of head tokens: `readSequenceIds` is then [rows, reads per row]. */
const isByRow = ({ readSequenceIds }: Tensors): boolean => readSequenceIds?.rank === 2;

/** Whether attention is computed only for the head's tokens: they are given per row, or are so few that one row over the keys of all rows suffices. */
export function isFew(batch: Tensors): boolean {
  const { reads, readSequenceIds, sequenceIds } = batch;
  return isByRow(batch) || (readSequenceIds !== undefined && reads.shape[0] <= sequenceIds.shape[1]!);
}

/** The head's tokens as queries over the keys of their row, or all as one row of queries over all tokens as one row of keys. */
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
