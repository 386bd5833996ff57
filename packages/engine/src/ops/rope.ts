import * as tf from '@tensorflow/tfjs-core';

/** The angles by which tokens are turned: their cosines and sines, each [tokens, headDim / 2]. */
export interface Rotation {
  readonly cosines: tf.Tensor;
  readonly sines: tf.Tensor;
}

/**
 * The rotation of each token: its position times each frequency.
 *
 * @param positionIds [tokens] int32: the position within the sequence
 * @param frequencies headDim / 2 numbers, in radians a position
 */
export function rotationOf(positionIds: tf.Tensor, frequencies: readonly number[]): Rotation {
  const positions = tf.reshape(tf.cast(positionIds, 'float32'), [-1, 1]); // [tokens, 1]
  const angles = tf.mul(positions, tf.tensor2d([...frequencies], [1, frequencies.length])); // [tokens, headDim / 2]
  return { cosines: tf.cos(angles), sines: tf.sin(angles) };
}

/**
 * Rotary position embedding: turns the pair (x[i], x[i + headDim / 2]) of each head by the token's i-th angle.
 *
 * Its gradient is turned back by the same angles. The pairs are those of Hugging Face's checkpoints, half a head apart.
 *
 * @param x [tokens, heads · headDim]
 * @returns the same shape
 * @see Su et al.: RoFormer (2021); transformers' `apply_rotary_pos_emb`
 * @example
 * const rotation = rotationOf(positionIds, [1, 0.01]); // headDim 4
 * const turned = rope(query, rotation);
 */
export function rope(x: tf.Tensor, { cosines, sines }: Rotation): tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([]);
    return {
      value: turn(x, cosines, sines),
      gradFunc: (dY) => turn(dY, cosines, tf.neg(sines)),
    };
  })(x);
}

function turn(x: tf.Tensor, cosines: tf.Tensor, sines: tf.Tensor): tf.Tensor {
  const [tokens, hidden] = x.shape as [number, number];
  const half = cosines.shape[1]!;
  const [first, second] = tf.split(tf.reshape(x, [tokens, hidden / (2 * half), 2, half]), 2, 2); // [tokens, heads, 1, half]
  const [cos, sin] = [cosines, sines].map((angles) => tf.reshape(angles, [tokens, 1, 1, half]));
  const turned = [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))];
  return tf.reshape(tf.concat(turned, 2), [tokens, hidden]);
}
