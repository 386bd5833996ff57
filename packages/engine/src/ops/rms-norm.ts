import * as tf from '@tensorflow/tfjs-core';

/**
 * Root mean square normalisation over the last dimension: x / √(mean(x²) + ε) · weight.
 *
 * @param x [..., hidden]; `weight` [hidden]
 * @see Zhang, Sennrich: Root Mean Square Layer Normalization (2019); transformers' LlamaRMSNorm
 * @example
 * const y = rmsNorm(x, weight, 1e-6);
 */
export function rmsNorm(x: tf.Tensor, weight: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, weight, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)); // [..., 1]
    const normal = tf.mul(x, inverse); // [..., hidden]
    save([normal, inverse, weight]);
    return { value: tf.mul(normal, weight), gradFunc: (dY, saved) => rmsNormGradient(dY, saved as tf.Tensor[]) };
  })(x, weight);
}

function rmsNormGradient(dY: tf.Tensor, [normal, inverse, weight]: readonly tf.Tensor[]): tf.Tensor[] {
  const dNormal = tf.mul(dY, weight);
  const along = tf.mean(tf.mul(dNormal, normal), -1, true); // [..., 1]
  const dX = tf.mul(tf.sub(dNormal, tf.mul(normal, along)), inverse);
  const rows = Array.from({ length: dY.rank - 1 }, (_, axis) => axis);
  return [dX, tf.sum(tf.mul(dY, normal), rows)];
}
