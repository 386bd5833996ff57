import * as tf from '@tensorflow/tfjs-core';
import { type QuantisedFormat, quantisedBlock, quantisedLayout, quantisedLevels } from './formats';

/** x · Wᵀ, or x · W where `turned`, in TensorFlow.js operations. `codes` is int32 here, a byte an element. */
export function quantisedProduct(
  { x, codes, scales }: Readonly<Record<string, tf.Tensor>>,
  { format, columns, turned }: { format: QuantisedFormat; columns: number; turned: boolean },
): tf.Tensor {
  const rows = codes.shape[0];
  const { blocks } = quantisedLayout(format, columns);
  const values = tf.reshape(levelsOf(tf.reshape(codes, [rows, -1]), format), [rows, blocks, quantisedBlock]);
  const whole = tf.reshape(tf.mul(values, tf.expandDims(scales, 2)), [rows, -1]); // [rows, columns of whole blocks]
  return tf.matMul(x as tf.Tensor2D, tf.slice(whole, [0, 0], [rows, columns]) as tf.Tensor2D, false, !turned);
}

/** @param codes [rows, bytes of a row] */
function levelsOf(codes: tf.Tensor, format: QuantisedFormat): tf.Tensor {
  const levels = quantisedLevels[format];
  const bytes = tf.cast(codes, 'float32');
  if (format === 'int8') return tf.add(bytes, levels[0]);
  const upper = tf.floor(tf.div(bytes, 16));
  const lower = tf.sub(bytes, tf.mul(upper, 16));
  if (format === 'int4') return tf.add(tf.concat([lower, upper], 1), levels[0]);
  return tf.gather(tf.tensor1d(levels), tf.cast(tf.stack([upper, lower], 2), 'int32')); // [rows, bytes, 2]
}
