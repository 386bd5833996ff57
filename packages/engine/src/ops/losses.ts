import * as tf from '@tensorflow/tfjs-core';
import { checkLossOptions, type LossOptions } from './loss-options';

export type { LossOptions } from './loss-options';
export { softmaxCrossEntropy } from './softmax-cross-entropy';

/** Σ weight · loss / Σ weight over examples. */
function weightedMean(losses: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights));
}

/**
 * Mean binary cross-entropy over examples and labels: softplus(x) − x·y, stable for any x.
 *
 * Smoothing ε makes a label y·(1 − ε) + ε/2; focal γ multiplies each term by (1 − p)^γ, p the probability of the label.
 *
 * @param logits [reads, labels]; `labels` [reads, labels] of 0 and 1; `weights` [reads]
 * @returns a scalar; PyTorch's `binary_cross_entropy_with_logits`
 * @throws RangeError for options out of range
 * @see Lin et al.: Focal Loss for Dense Object Detection (2017); torchvision's `sigmoid_focal_loss`
 */
export function sigmoidCrossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  weights: tf.Tensor,
  options: LossOptions = {},
): tf.Tensor {
  checkLossOptions(options, 'sigmoidCrossEntropy');
  const { labelSmoothing = 0, focalGamma = 0 } = options;
  const wanted = labelSmoothing > 0 ? tf.add(tf.mul(labels, 1 - labelSmoothing), labelSmoothing / 2) : labels;
  const plain = tf.sub(tf.softplus(logits), tf.mul(logits, wanted)); // [reads, labels]
  const losses = focalGamma > 0 ? tf.mul(plain, focalFactor(logits, labels, focalGamma)) : plain;
  return weightedMean(tf.mean(losses, 1), weights);
}

/** (1 − p)^γ = exp(−γ·softplus(x·(2y − 1))), which neither divides by 0 nor cancels. */
function focalFactor(logits: tf.Tensor, labels: tf.Tensor, gamma: number): tf.Tensor {
  const right = tf.mul(logits, tf.sub(tf.mul(labels, 2), 1)); // above 0 where the prediction is right
  return tf.exp(tf.mul(tf.softplus(right), -gamma));
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
