import { type QuantisedFormat, quantisedFormats, quantizedLinear, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';

/** What a weight's parameters are called where it is quantised: `….weight.int4` are its codes, and their name says the format. */
export const quantisedNames = (weight: string, format: QuantisedFormat) => ({
  codes: `${weight}.${format}`,
  scales: `${weight}.scales`,
});

/** The format that the parameters hold a weight in, if it is quantised. */
export const formatIn = (parameters: Readonly<Record<string, unknown>>, weight: string): QuantisedFormat | undefined =>
  quantisedFormats.find((format) => Object.hasOwn(parameters, quantisedNames(weight, format).codes));

/** x · weightᵀ, whether the parameters hold the weight [out, in] as it is or quantised. @param x [tokens, in] */
export function timesWeight(x: tf.Tensor, parameters: Tensors, weight: string): tf.Tensor {
  const format = formatIn(parameters, weight);
  if (!format) return tf.matMul(x as tf.Tensor2D, parameters[weight] as tf.Tensor2D, false, true);
  const { codes, scales } = quantisedNames(weight, format);
  return quantizedLinear(x, { format, codes: parameters[codes], scales: parameters[scales] });
}
