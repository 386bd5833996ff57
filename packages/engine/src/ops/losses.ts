import * as tf from '@tensorflow/tfjs-core';

/** Σ weight · loss / Σ weight over examples. */
function weightedMean(losses: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights));
}

/**
 * Mean cross-entropy of a softmax: −log softmax(logits)[label].
 *
 * @param logits [reads, labels]
 * @param labels [reads] int32; a negative one, such as transformers' −100, leaves its example out
 * @param weights [reads]; 0 leaves an example out too
 * @returns a scalar; PyTorch's `cross_entropy`, whose `weight` per class is `weights` per example
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const target = tf.oneHot(labels as tf.Tensor1D, logits.shape[1]!); // [reads, labels]
  const isLabelled = tf.greaterEqual(labels, tf.scalar(0, 'int32')); // [reads]
  const losses = tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1));
  return weightedMean(losses, tf.mul(weights, tf.cast(isLabelled, 'float32')));
}

/**
 * Mean binary cross-entropy over examples and labels: softplus(x) − x·y, stable for any x.
 *
 * @param logits [reads, labels]; `labels` [reads, labels] of 0 and 1; `weights` [reads]
 * @returns a scalar; PyTorch's `binary_cross_entropy_with_logits`
 */
export function sigmoidCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  return weightedMean(tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, labels)), 1), weights);
}

/**
 * Mean squared error over examples and outputs.
 *
 * @param predictions [reads, outputs]; `targets` the same; `weights` [reads]
 * @returns a scalar; PyTorch's `mse_loss`
 */
export function meanSquaredError(predictions: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  return weightedMean(tf.mean(tf.square(tf.sub(predictions, targets)), 1), weights);
}
