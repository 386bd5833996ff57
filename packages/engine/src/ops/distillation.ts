import * as tf from '@tensorflow/tfjs-core';
import { callKernel, defineOp } from '../kernel/define-op';
import { logSoftmax } from './softmax';

// Losses of a student that learns a teacher's probabilities.

/** Options of a loss between probabilities. */
export interface DistillationOptions {
  /** Temperature, above 0: divisor of the student's logits, and of the teacher's logits in `targets`. Default 1. */
  readonly temperature?: number;
}

/** Least probability whose logarithm is taken; smaller ones count as 0, and 0·log 0 is 0. */
const leastProbability = 2 ** -126;

/**
 * T² times the mean KL divergence of a student's softmax from a teacher's, both at the temperature T:
 * T² · Σ_i weight_i · Σ_c q_ic · (log q_ic − log p_ic) / Σ_i weight_i, with p = softmax(logits / T).
 *
 * @param logits the student's, [rows, labels]
 * @param targets the teacher's probabilities at T, [rows, labels], each row summing to 1
 * @param weights [rows]; 0 ignores an example
 * @returns a scalar; with equal weights PyTorch's `kl_div(log_softmax(logits / T), targets, reduction='batchmean') * T ** 2`
 * @throws RangeError for a temperature that is not above 0
 * @see Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network (2015), whose T² keeps gradients at one scale
 * @example
 * const loss = softmaxDistillation(logits, teacherProbabilities, weights, { temperature: 2 });
 */
export function softmaxDistillation(
  logits: tf.Tensor,
  targets: tf.Tensor,
  weights: tf.Tensor,
  { temperature = 1 }: DistillationOptions = {},
): tf.Tensor {
  checkTemperature(temperature, 'softmaxDistillation');
  const shares = tf.mul(tf.div(weights, tf.sum(weights)), temperature); // [rows], T together
  return defineOp({
    forward: (logits: tf.Tensor) => {
      const logs = callKernel(logSoftmax, { logits: tf.div(logits, temperature) }); // [rows, labels]
      const divergences = tf.sum(tf.mul(targets, tf.sub(logOf(targets), logs)), 1); // [rows]
      return { value: tf.mul(tf.sum(tf.mul(shares, divergences)), temperature), saved: [logs] };
    },
    gradient: (dLoss, [logs]) => {
      const dRows = tf.expandDims(tf.mul(dLoss, shares), 1); // [rows, 1]
      return tf.mul(tf.sub(tf.exp(logs), targets), dRows);
    },
  })(logits);
}

/**
 * T² times the mean KL divergence of a student's probabilities from a teacher's, independently for each label, averaged over examples
 * and labels: q·log(q/p) + (1 − q)·log((1 − q)/(1 − p)), with p = sigmoid(logits / T).
 *
 * @param logits the student's, [rows, labels]
 * @param targets the teacher's probabilities at T, [rows, labels], each in [0, 1]
 * @param weights [rows]; 0 ignores an example
 * @returns a scalar
 * @throws RangeError for a temperature that is not above 0
 * @example
 * const loss = sigmoidDistillation(logits, teacherProbabilities, weights, { temperature: 2 });
 */
export function sigmoidDistillation(
  logits: tf.Tensor,
  targets: tf.Tensor,
  weights: tf.Tensor,
  { temperature = 1 }: DistillationOptions = {},
): tf.Tensor {
  checkTemperature(temperature, 'sigmoidDistillation');
  const x = tf.div(logits, temperature);
  const cross = tf.sub(tf.softplus(x), tf.mul(x, targets)); // [rows, labels]
  const others = tf.sub(1, targets);
  const certainty = tf.add(tf.mul(targets, logOf(targets)), tf.mul(others, logOf(others)));
  const divergences = tf.mean(tf.add(cross, certainty), 1); // [rows]
  const mean = tf.div(tf.sum(tf.mul(divergences, weights)), tf.sum(weights));
  return tf.mul(mean, temperature ** 2);
}

const logOf = (probabilities: tf.Tensor) => tf.log(tf.clipByValue(probabilities, leastProbability, 1));

function checkTemperature(temperature: number, where: string): void {
  if (temperature > 0 && Number.isFinite(temperature)) return;
  throw new RangeError(`${where}: temperature expected a number above 0, got ${temperature}`);
}
