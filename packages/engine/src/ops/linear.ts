import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../graphs/onnx-graph';
import { callKernel, defineOp } from '../kernel/define-op';
import type { Kernel, NamedValue } from '../kernel/kernel';
import { broadcastShape, broadcastStrides, walk } from '../kernel/strides';
import { sizeOf } from '../tensor';

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
 * y = x · weightᵀ + bias, with PyTorch's layout of the weight.
 *
 * @param x [tokens, in]; `weight` [out, in]; `bias` [out]
 * @returns [tokens, out]
 * @example
 * const y = linear(x, weight, bias);
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return defineOp({
    forward: (x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor) => ({
      value: callKernel(linearKernel, { x, weight, bias }),
      saved: [x, weight],
    }),
    gradient: (dY, [x, weight]) => {
      const dX = tf.matMul(dY as tf.Tensor2D, weight); // [tokens, in]
      const dWeight = tf.matMul(dY as tf.Tensor2D, x, true); // [out, in]
      return [dX, dWeight, tf.sum(dY, 0)];
    },
  })(x as tf.Tensor2D, weight as tf.Tensor2D, bias);
}

/** Writes a value with its last two dimensions exchanged. */
export function transposed({ name, shape }: NamedValue, graph: OnnxGraph): string {
  const turned = graph.temporary();
  const last = shape.length - 1;
  const perm = shape.map((_, i) => (i === last ? last - 1 : i === last - 1 ? last : i));
  graph.emit('Transpose', [name], [turned], { perm });
  return turned;
}

export interface MatMulAttributes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Matrix product over the last two dimensions, the others broadcast; either side may be read transposed. */
export const batchMatMul: Kernel<MatMulAttributes> = {
  name: 'BatchMatMul',
  infer: ({ a, b }, { transposeA, transposeB }) => {
    const rows = a.shape.at(transposeA ? -1 : -2)!;
    const columns = b.shape.at(transposeB ? -2 : -1)!;
    const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return [{ shape: [...batch, rows, columns], dtype: a.dtype }];
  },
  evaluate: ({ a, b }, { transposeA, transposeB }, [output]) => {
    const [m, n] = output.shape.slice(-2);
    const k = a.shape.at(transposeA ? -2 : -1)!;
    const batch = output.shape.slice(0, -2);
    const result = new Float64Array(sizeOf(output.shape));
    const starts = [a, b].map(({ shape }) => {
      const starts: number[] = [];
      const strides = broadcastStrides(shape.slice(0, -2), batch);
      walk(batch, strides, (_, offset) => starts.push(offset * sizeOf(shape.slice(-2))));
      return starts;
    });
    starts[0].forEach((startA, i) => {
      const startB = starts[1][i];
      for (let row = 0; row < m; row++)
        for (let column = 0; column < n; column++) {
          let sum = 0;
          for (let j = 0; j < k; j++) {
            const left = a.data[startA + (transposeA ? j * m + row : row * k + j)];
            sum += left * b.data[startB + (transposeB ? column * k + j : j * n + column)];
          }
          result[(i * m + row) * n + column] = sum;
        }
    });
    return [result];
  },
  lower: {
    onnx: ({ inputs: { a, b }, attributes: { transposeA, transposeB }, outputs: [out] }, graph) => {
      if (!transposeA && !transposeB) return graph.emit('MatMul', [a.name, b.name], [out.name]);
      const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
      if (a.shape.length === 2 && b.shape.length === 2) graph.emit('Gemm', [a.name, b.name], [out.name], attributes);
      else if (graph.target === 'webgpu') {
        const sides = [transposeA ? transposed(a, graph) : a.name, transposeB ? transposed(b, graph) : b.name];
        graph.emit('MatMul', sides, [out.name]);
      } else graph.emit('FusedMatMul', [a.name, b.name], [out.name], attributes, 'com.microsoft');
    },
    tensorflow: ({ inputs: { a, b }, attributes }, graph) => {
      const [first, second] = [Boolean(attributes.transposeA), Boolean(attributes.transposeB)];
      if (a.shape.length === 2 && b.shape.length === 2)
        return graph.product('MatMul', [a.name, b.name], { transpose_a: first, transpose_b: second });
      return graph.product('BatchMatMulV2', [a.name, b.name], { adj_x: first, adj_y: second });
    },
  },
};
