import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../graphs/onnx-graph';
import { callKernelForAll, defineOp } from '../kernel/define-op';
import type { Kernel, NamedNode } from '../kernel/kernel';

/** Added to the variance, or to the mean of the squares, of each row. */
export interface Epsilon {
  readonly epsilon: number;
}

/** `y`, and per row the mean and 1/√(variance + ε), which the gradient reuses. */
export const layerNormKernel: Kernel<Epsilon> = {
  name: 'LayerNorm',
  infer: ({ x }) => {
    const perRow = { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype };
    return [x, perRow, perRow];
  },
  evaluate: ({ x, weight, bias }, { epsilon }) => {
    const width = x.shape.at(-1)!;
    const rows = x.data.length / width;
    const [y, means, inverses] = [new Float64Array(x.data.length), new Float64Array(rows), new Float64Array(rows)];
    for (let r = 0; r < rows; r++) {
      const row = x.data.subarray(r * width, (r + 1) * width);
      const mean = row.reduce((a, b) => a + b, 0) / width;
      const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / width;
      means[r] = mean;
      inverses[r] = 1 / Math.sqrt(variance + epsilon);
      row.forEach((value, i) => {
        y[r * width + i] = (value - mean) * inverses[r] * weight.data[i] + bias.data[i];
      });
    }
    return [y, means, inverses];
  },
  lower: {
    onnx: ({ inputs: { x, weight, bias }, attributes: { epsilon }, outputs }, graph) =>
      graph.emit(
        'LayerNormalization',
        [x.name, weight.name, bias.name],
        outputs.map(({ name }) => name),
        { axis: -1, epsilon: { float: epsilon } },
      ),
    // In the form of the gradient, so that the two share the normalized rows.
    tensorflow: ({ inputs: { x, weight, bias }, attributes: { epsilon } }, graph) => {
      const meanOf = (value: string) =>
        graph.op('Mean', [value, graph.integers([x.shape.length - 1])], { Tidx: 'int32', keep_dims: true });
      const mean = meanOf(x.name); // [..., 1]
      const centered = graph.op('Sub', [x.name, mean]);
      const variance = meanOf(graph.op('Square', [centered]));
      const inverse = graph.op('Rsqrt', [graph.op('AddV2', [variance, graph.scalar(epsilon)])]);
      const weighted = graph.op('Mul', [graph.op('Mul', [centered, inverse]), weight.name]);
      return [graph.op('AddV2', [weighted, bias.name]), mean, inverse];
    },
  },
  tfjs: ({ x, weight, bias }, { epsilon }) => {
    const mean = tf.mean(x, -1, true);
    const centered = tf.sub(x, mean);
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
    return [tf.add(tf.mul(tf.mul(centered, inverse), weight), bias), mean, inverse];
  },
};

/**
 * Layer normalization over the last dimension: (x − mean) / √(variance + ε) · weight + bias.
 *
 * @param x [..., hidden]; `weight` and `bias` [hidden]
 * @see Ba, Kiros, Hinton: Layer Normalization (2016)
 * @example
 * const y = layerNorm(tf.add(x, attended), weight, bias, 1e-12);
 */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, epsilon: number): tf.Tensor {
  return defineOp({
    forward: (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => {
      const [y, mean, inverse] = callKernelForAll(layerNormKernel, { x, weight, bias }, { epsilon });
      return { value: y, saved: [x, weight, mean, inverse] };
    },
    gradient: layerNormGradient,
  })(x, weight, bias);
}

function layerNormGradient(dY: tf.Tensor, [x, weight, mean, inverse]: readonly tf.Tensor[]): tf.Tensor[] {
  const normal = tf.mul(tf.sub(x, mean), inverse); // [..., hidden]
  const dNormal = tf.mul(dY, weight);
  const along = tf.mean(tf.mul(dNormal, normal), -1, true); // [..., 1]
  const dX = tf.mul(tf.sub(tf.sub(dNormal, tf.mean(dNormal, -1, true)), tf.mul(normal, along)), inverse);
  const rows = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
  return [dX, tf.sum(tf.mul(dY, normal), rows), tf.sum(dY, rows)];
}

/** `y`, and per row 1/√(mean(x²) + ε), which the gradient reuses. */
export const rmsNormKernel: Kernel<Epsilon> = {
  name: 'RmsNorm',
  infer: ({ x }) => [x, { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype }],
  evaluate: ({ x, weight }, { epsilon }) => {
    const width = x.shape.at(-1)!;
    const rows = x.data.length / width;
    const [y, inverses] = [new Float64Array(x.data.length), new Float64Array(rows)];
    for (let r = 0; r < rows; r++) {
      const row = x.data.subarray(r * width, (r + 1) * width);
      inverses[r] = 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / width + epsilon);
      row.forEach((value, i) => {
        y[r * width + i] = value * inverses[r] * weight.data[i];
      });
    }
    return [y, inverses];
  },
  lower: {
    // An extension of onnxruntime in ONNX's domain. Its second output differs with WebGPU (1.30).
    onnx: (node, graph) => {
      const { inputs, attributes, outputs } = node;
      if (graph.target === 'webgpu') {
        graph.emit('Reciprocal', [normalizeInParts(node, graph)], [outputs[1].name]);
        return;
      }
      graph.emit(
        'SimplifiedLayerNormalization',
        [inputs.x.name, inputs.weight.name],
        outputs.map(({ name }) => name),
        { axis: -1, epsilon: { float: attributes.epsilon } },
      );
    },
    // In the form of the gradient, so that the two share the normalized rows.
    tensorflow: ({ inputs: { x, weight }, attributes: { epsilon } }, graph) => {
      const squares = graph.op('Square', [x.name]);
      const mean = graph.op('Mean', [squares, graph.integers([-1])], { Tidx: 'int32', keep_dims: true }); // [..., 1]
      const inverse = graph.op('Rsqrt', [graph.op('AddV2', [mean, graph.scalar(epsilon)])]);
      return [graph.op('Mul', [graph.op('Mul', [x.name, inverse]), weight.name]), inverse];
    },
  },
  tfjs: ({ x, weight }, { epsilon }) => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
    return [tf.mul(tf.mul(x, inverse), weight), inverse];
  },
};

/**
 * Writes the normalization in ONNX's own operators, in the form that onnxruntime fuses when it loads a file.
 *
 * @returns the name of √(mean(x²) + ε) [..., 1]
 */
export function normalizeInParts(
  { inputs: { x, weight }, attributes: { epsilon }, outputs: [out] }: NamedNode<Epsilon>,
  graph: OnnxGraph,
): string {
  const squares = graph.compute('Pow', [x.name, graph.scalar(2)]);
  const mean = graph.compute('ReduceMean', [squares, graph.int64([-1])], { keepdims: 1 });
  const root = graph.compute('Sqrt', [graph.compute('Add', [mean, graph.scalar(epsilon)])]);
  graph.emit('Mul', [graph.compute('Div', [x.name, root]), weight.name], [out.name]);
  return root;
}

/**
 * Root mean square normalization over the last dimension: x / √(mean(x²) + ε) · weight.
 *
 * @param x [..., hidden]; `weight` [hidden]
 * @see Zhang, Sennrich: Root Mean Square Layer Normalization (2019); transformers' LlamaRMSNorm
 * @example
 * const y = rmsNorm(x, weight, 1e-6);
 */
export function rmsNorm(x: tf.Tensor, weight: tf.Tensor, epsilon: number): tf.Tensor {
  return defineOp({
    forward: (x: tf.Tensor, weight: tf.Tensor) => {
      const [y, inverse] = callKernelForAll(rmsNormKernel, { x, weight }, { epsilon });
      return { value: y, saved: [x, inverse, weight] };
    },
    gradient: rmsNormGradient,
  })(x, weight);
}

function rmsNormGradient(dY: tf.Tensor, [x, inverse, weight]: readonly tf.Tensor[]): tf.Tensor[] {
  const normal = tf.mul(x, inverse); // [..., hidden]
  const dNormal = tf.mul(dY, weight);
  const along = tf.mean(tf.mul(dNormal, normal), -1, true); // [..., 1]
  const dX = tf.mul(tf.sub(dNormal, tf.mul(normal, along)), inverse);
  const rows = Array.from({ length: dY.rank - 1 }, (_, axis) => axis);
  return [dX, tf.sum(tf.mul(dY, normal), rows)];
}
