import * as tf from '@tensorflow/tfjs-core';
import { callKernel, defineOp } from '../../kernel/define-op';
import type { Kernel } from '../../kernel/kernel';
import {
  dequantizeInto,
  type ProductAttributes,
  type QuantizedFormat,
  quantizedBlock,
  quantizedLayout,
  quantizedLevels,
} from './formats';
import { quantizedProductInOnnx } from './onnx';
import { quantizedProductInTensorflow } from './tensorflow';

/** x · Wᵀ, or x · W if `turned`, for a quantized matrix W [rows, columns]. */
export const quantizedLinearKernel: Kernel<ProductAttributes> = {
  name: 'QuantizedLinear',
  infer: ({ x, codes }, { columns, turned }) => [
    { shape: [x.shape[0], turned ? columns : codes.shape[0]], dtype: x.dtype },
  ],
  evaluate: ({ x, codes, scales }, { format, columns, turned }, [{ shape }]) => {
    const [tokens, outputs] = shape;
    const inner = x.shape[1];
    const matrix = new Float64Array(codes.shape[0] * columns);
    dequantizeInto({ format, columns, codes: codes.data, scales: scales.data }, matrix);
    const y = new Float64Array(tokens * outputs);
    for (let i = 0; i < tokens; i++)
      for (let j = 0; j < outputs; j++)
        for (let k = 0; k < inner; k++)
          y[i * outputs + j] += x.data[i * inner + k] * matrix[turned ? k * columns + j : j * columns + k];
    return [y];
  },
  lower: { onnx: quantizedProductInOnnx, tensorflow: quantizedProductInTensorflow },
  tfjs: productInTfjs,
};

/** A frozen matrix [out, in] as codes and scales, inputs of the program with the shapes of `quantizedSpecs`. */
export interface QuantizedMatrix {
  /** Format of the codes. */
  readonly format: QuantizedFormat;
  /** [out, groups, bytes per group] uint8 */
  readonly codes: tf.Tensor;
  /** [out, blocks] */
  readonly scales: tf.Tensor;
}

/**
 * y = x · dequantized(W)ᵀ in float32, for a frozen W in 8 or 4 bits. Only x has a gradient: dX = dY · dequantized(W).
 *
 * Each product dequantizes W just before and discards the result, forward and backward.
 *
 * @param x [tokens, in]
 * @returns [tokens, out]
 * @see Dettmers et al.: QLoRA (2023)
 * @example
 * const y = quantizedLinear(x, { format: 'nf4', codes, scales });
 */
export function quantizedLinear(x: tf.Tensor, { format, codes, scales }: QuantizedMatrix): tf.Tensor {
  const columns = x.shape[1]!;
  const product = (x: tf.Tensor, turned: boolean) =>
    callKernel(quantizedLinearKernel, { x, codes, scales }, { format, columns, turned });
  return defineOp({
    forward: (x: tf.Tensor) => ({ value: product(x, false), saved: [] }),
    gradient: (dY) => product(dY, true),
  })(x);
}

/** The kernel in TensorFlow.js operations. `codes` is int32 here, a byte per element. */
function productInTfjs(
  { x, codes, scales }: Readonly<Record<string, tf.Tensor>>,
  { format, columns, turned }: ProductAttributes,
): tf.Tensor {
  const rows = codes.shape[0];
  const { blocks } = quantizedLayout(format, columns);
  const values = tf.reshape(levelsOf(tf.reshape(codes, [rows, -1]), format), [rows, blocks, quantizedBlock]);
  const whole = tf.reshape(tf.mul(values, tf.expandDims(scales, 2)), [rows, -1]); // [rows, columns of whole blocks]
  return tf.matMul(x as tf.Tensor2D, tf.slice(whole, [0, 0], [rows, columns]) as tf.Tensor2D, false, !turned);
}

/** @param codes [rows, bytes of a row] */
function levelsOf(codes: tf.Tensor, format: QuantizedFormat): tf.Tensor {
  const levels = quantizedLevels[format];
  const bytes = tf.cast(codes, 'float32');
  if (format === 'int8') return tf.add(bytes, levels[0]);
  const upper = tf.floor(tf.div(bytes, 16));
  const lower = tf.sub(bytes, tf.mul(upper, 16));
  if (format === 'int4') return tf.add(tf.concat([lower, upper], 1), levels[0]);
  return tf.gather(tf.tensor1d(levels), tf.cast(tf.stack([upper, lower], 2), 'int32')); // [rows, bytes, 2]
}
