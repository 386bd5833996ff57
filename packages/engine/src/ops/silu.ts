import * as tf from '@tensorflow/tfjs-core';

/**
 * The sigmoid linear unit, also called swish: x · σ(x).
 *
 * Its gradient is σ(x)·(1 + x·(1 − σ(x))).
 * @see Hendrycks, Gimpel: Gaussian Error Linear Units (2016); PyTorch's `silu`
 * @example
 * const inner = tf.mul(silu(gate), up); // SwiGLU
 */
export function silu(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const share = tf.sigmoid(x);
    const y = tf.mul(x, share);
    save([y, share]);
    return {
      value: y,
      gradFunc: (dY, saved) => {
        const [y, share] = saved as tf.Tensor[];
        return tf.mul(dY, tf.add(share, tf.mul(y, tf.sub(1, share)))); // σ + x·σ·(1 − σ)
      },
    };
  })(x);
}
