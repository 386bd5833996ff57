import * as tf from '@tensorflow/tfjs-core';

/**
 * Rows of a table.
 *
 * @param table [vocab, hidden]
 * @param ids [tokens] int32; its gradient sums the rows of equal ids
 * @returns [tokens, hidden]
 */
export function embedding(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const vocab = table.shape[0];
  return tf.customGrad((...args) => {
    const [table, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([]);
    return {
      value: tf.gather(table, ids as tf.Tensor1D),
      gradFunc: (dY) => tf.unsortedSegmentSum(dY, ids as tf.Tensor1D, vocab), // [vocab, hidden]
    };
  })(table);
}
