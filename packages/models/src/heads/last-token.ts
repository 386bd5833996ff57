import { embedding, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Redirects head positions from the first token of each sequence to the last one, because a decoder's first token attends to no other.
 *
 * In rows of an exported model with one sequence each, padding has the lower sequence id, on either side of the sequence.
 */
export function lastTokens({ reads, readSequenceIds, sequenceIds, positionIds }: Tensors): Tensors {
  const isByRow = readSequenceIds.rank === 2;
  const ids = isByRow ? sequenceIds : tf.reshape(sequenceIds, [1, sequenceIds.size]); // [rows or 1, keys]
  const own = isByRow ? tf.max(ids, 1, true) : tf.reshape(readSequenceIds, [readSequenceIds.size, 1]); // [reads, 1]
  const isOwn = tf.cast(tf.equal(own, ids), 'int32'); // [reads, keys]
  const place = tf.max(tf.mul(isOwn, tf.range(0, ids.shape[1]!, 1, 'int32')), 1); // [reads]
  const last = isByRow ? tf.add(reads, place) : place;
  return { reads: last, readPositionIds: embedding(positionIds, last) };
}
