import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernel';
import { dequantiseInto, type QuantisedFormat, quantisedBlock, quantisedLayout, quantisedLevels } from './formats';
import { lowerQuantised } from './onnx';
import { quantisedProduct as tensorflowProduct } from './tensorflow';

type Attributes = Parameters<typeof quantisedProduct>[1];

/** x · Wᵀ with W a quantised matrix [rows, columns]; with `turned` x · W. */
export const quantizedLinearKernel: Kernel = {
  name: 'QuantizedLinear',
  infer: ({ x, codes }, { columns, turned }) => [
    { shape: [x.shape[0], turned ? (columns as number) : codes.shape[0]], dtype: x.dtype },
  ],
  evaluate: ({ x, codes, scales }, attributes, [{ shape }]) => {
    const { format, columns, turned } = attributes as unknown as Attributes;
    const [tokens, outputs] = shape;
    const inner = x.shape[1];
    const matrix = new Float64Array(codes.shape[0] * columns);
    dequantiseInto({ format, columns, codes: codes.data, scales: scales.data }, matrix);
    const y = new Float64Array(tokens * outputs);
    for (let i = 0; i < tokens; i++)
      for (let j = 0; j < outputs; j++)
        for (let k = 0; k < inner; k++)
          y[i * outputs + j] += x.data[i * inner + k] * matrix[turned ? k * columns + j : j * columns + k];
    return [y];
  },
  lower: { onnx: lowerQuantised, tensorflow: tensorflowProduct },
  tfjs: (inputs, attributes) => quantisedProduct(inputs, attributes as unknown as Attributes),
};

/** A frozen matrix [out, in] as codes and scales, both inputs of the program; `quantisedSpecs` says their shapes. */
export interface QuantisedMatrix {
  readonly format: QuantisedFormat;
  /** [out, groups, bytes of a group] uint8 */
  readonly codes: tf.Tensor;
  /** [out, blocks] */
  readonly scales: tf.Tensor;
}

/**
 * y = x · dequantised(W)ᵀ in float32, with a frozen W in 8 or 4 bits. It has a gradient by x alone: dX = dY · dequantised(W).
 *
 * W is made float32 as it is needed and not kept, forward or backward.
 *
 * @param x [tokens, in]
 * @returns [tokens, out]
 * @see Dettmers et al.: QLoRA (2023)
 * @example
 * const y = quantizedLinear(x, { format: 'nf4', codes, scales });
 */
export function quantizedLinear(x: tf.Tensor, { format, codes, scales }: QuantisedMatrix): tf.Tensor {
  const columns = x.shape[1]!;
  const product = (x: tf.Tensor, turned: boolean) =>
    tf.engine().runKernel('QuantizedLinear', { x, codes, scales }, { format, columns, turned }) as tf.Tensor;
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([]);
    return { value: product(x, false), gradFunc: (dY) => product(dY, true) };
  })(x);
}

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
