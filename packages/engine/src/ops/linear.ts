import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernels/kernel';

export const linearKernel: Kernel = {
  name: 'Linear',
  infer: ({ x, weight }) => [{ shape: [x.shape[0], weight.shape[0]], dtype: x.dtype }],
  evaluate: ({ x, weight, bias }) => {
    const [rows, inputs] = x.shape;
    const outputs = weight.shape[0];
    const y = new Float64Array(rows * outputs);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < outputs; j++) {
        let sum = bias.data[j];
        for (let k = 0; k < inputs; k++) sum += x.data[i * inputs + k] * weight.data[j * inputs + k];
        y[i * outputs + j] = sum;
      }
    return [y];
  },
  lower: {
    onnx: ({ inputs: { x, weight, bias }, outputs: [out] }, graph) =>
      graph.emit('Gemm', [x.name, weight.name, bias.name], [out.name], { transA: 0, transB: 1 }),
    tensorflow: ({ inputs: { x, weight, bias } }, graph) => {
      const product = graph.product('MatMul', [x.name, weight.name], { transpose_a: false, transpose_b: true });
      return graph.op('BiasAdd', [product, bias.name]);
    },
  },
  tfjs: ({ x, weight, bias }) => tf.add(tf.matMul(x, weight, false, true), bias),
};

/**
 * y = x · weightᵀ + bias, with the weight laid out as PyTorch lays it out.
 *
 * @param x [tokens, in]; `weight` [out, in]; `bias` [out]
 * @returns [tokens, out]
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, weight, bias, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.Tensor, tf.GradSaveFunc];
    save([x, weight]);
    return {
      value: tf.engine().runKernel('Linear', { x, weight, bias }) as tf.Tensor,
      gradFunc: (dY, saved) => {
        const [x, weight] = saved as [tf.Tensor2D, tf.Tensor2D];
        const dX = tf.matMul(dY as tf.Tensor2D, weight); // [tokens, in]
        const dWeight = tf.matMul(dY as tf.Tensor2D, x, true); // [out, in]
        return [dX, dWeight, tf.sum(dY, 0)];
      },
    };
  })(x, weight, bias);
}
