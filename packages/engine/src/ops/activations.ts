import * as tf from '@tensorflow/tfjs-core';
import { callKernel, defineOp } from '../kernel/define-op';
import type { Kernel } from '../kernel/kernel';
import { erf } from './elementwise';

const gaussian = (x: tf.Tensor) => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));

export const geluErfKernel: Kernel = {
  name: 'GeluErf',
  infer: ({ x }) => [x],
  evaluate: ({ x }) => [x.data.map((value) => value * 0.5 * (1 + erf(value * Math.SQRT1_2)))],
  lower: {
    onnx: ({ inputs: { x }, outputs: [out] }, graph) => graph.emit('Gelu', [x.name], [out.name], {}, 'com.microsoft'),
    // Φ in the form of the gradient, so that the two share it.
    tensorflow: ({ inputs: { x } }, graph) => {
      const error = graph.op('Erf', [graph.op('Mul', [x.name, graph.scalar(Math.SQRT1_2)])]);
      const share = graph.op('Mul', [graph.scalar(0.5), graph.op('AddV2', [graph.scalar(1), error])]);
      return graph.op('Mul', [x.name, share]);
    },
  },
  tfjs: ({ x }) => tf.mul(x, gaussian(x)),
};

/**
 * Exact Gaussian error linear unit: x · Φ(x), where Φ is the standard normal distribution, computed with erf.
 *
 * Its gradient is Φ(x) + x·φ(x).
 *
 * @see Hendrycks, Gimpel: Gaussian Error Linear Units (2016); PyTorch's `gelu(approximate='none')`
 * @example
 * const inner = geluErf(linear(x, weight, bias));
 */
export function geluErf(x: tf.Tensor): tf.Tensor {
  return defineOp({
    forward: (x: tf.Tensor) => ({ value: callKernel(geluErfKernel, { x }), saved: [x] }),
    gradient: (dY, [x]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dY, tf.add(gaussian(x), tf.mul(x, density)));
    },
  })(x);
}

/**
 * Sigmoid linear unit, also called swish: x · σ(x).
 *
 * Its gradient is σ(x)·(1 + x·(1 − σ(x))).
 *
 * @see Hendrycks, Gimpel: Gaussian Error Linear Units (2016); PyTorch's `silu`
 * @example
 * const inner = tf.mul(silu(gate), up); // SwiGLU
 */
export function silu(x: tf.Tensor): tf.Tensor {
  return defineOp({
    forward: (x: tf.Tensor) => {
      const share = tf.sigmoid(x);
      const y = tf.mul(x, share);
      return { value: y, saved: [y, share] };
    },
    gradient: (dY, [y, share]) => tf.mul(dY, tf.add(share, tf.mul(y, tf.sub(1, share)))), // σ + x·σ·(1 − σ)
  })(x);
}

/** √(8/π): twice the factor of the tanh that stands for Φ. */
const slope = Math.sqrt(8 / Math.PI);
const cubic = 0.044715;

/**
 * Tanh approximation of the Gaussian error linear unit: x · (1 + tanh(√(2/π) · (x + 0.044715·x³))) / 2, which is x · σ(√(8/π) · (x + 0.044715·x³)).
 *
 * Its gradient is σ + x·σ·(1 − σ)·√(8/π)·(1 + 3·0.044715·x²).
 *
 * @see Hendrycks, Gimpel: Gaussian Error Linear Units (2016); PyTorch's `gelu(approximate='tanh')`
 * @example
 * const inner = tf.mul(geluTanh(gate), up); // GeGLU
 */
export function geluTanh(x: tf.Tensor): tf.Tensor {
  return defineOp({
    forward: (x: tf.Tensor) => {
      const inner = tf.mul(x, tf.add(tf.mul(tf.square(x), cubic), 1)); // x + 0.044715·x³
      const share = tf.sigmoid(tf.mul(inner, slope));
      const y = tf.mul(x, share);
      return { value: y, saved: [x, y, share] };
    },
    gradient: (dY, [x, y, share]) => {
      const steepness = tf.mul(tf.add(tf.mul(tf.square(x), 3 * cubic), 1), slope);
      return tf.mul(dY, tf.add(share, tf.mul(tf.mul(y, tf.sub(1, share)), steepness)));
    },
  })(x);
}
