import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../engines/onnx/graph';
import type { Kernel, NamedNode } from '../kernels/kernel';

/** `y`, and per row 1/√(mean(x²) + ε), which the gradient reuses. */
export const rmsNormKernel: Kernel = {
  name: 'RmsNorm',
  infer: ({ x }) => [x, { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype }],
  evaluate: ({ x, weight }, { epsilon }) => {
    const width = x.shape.at(-1)!;
    const rows = x.data.length / width;
    const [y, inverses] = [new Float64Array(x.data.length), new Float64Array(rows)];
    for (let r = 0; r < rows; r++) {
      const row = x.data.subarray(r * width, (r + 1) * width);
      inverses[r] = 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / width + (epsilon as number));
      row.forEach((value, i) => {
        y[r * width + i] = value * inverses[r] * weight.data[i];
      });
    }
    return [y, inverses];
  },
  lower: {
    // An extension of onnxruntime's among ONNX's own operators, whose second output is something else through WebGPU (1.30).
    onnx: (node, graph) => {
      const { inputs, attributes, outputs } = node;
      if (graph.target === 'webgpu') {
        graph.emit('Reciprocal', [normaliseInParts(node, graph)], [outputs[1].name]);
        return;
      }
      graph.emit(
        'SimplifiedLayerNormalization',
        [inputs.x.name, inputs.weight.name],
        outputs.map(({ name }) => name),
        { axis: -1, epsilon: { float: attributes.epsilon as number } },
      );
    },
    // As the gradient writes it, so that the two share the normalised rows.
    tensorflow: ({ inputs: { x, weight }, attributes: { epsilon } }, graph) => {
      const squares = graph.op('Square', [x.name]);
      const mean = graph.op('Mean', [squares, graph.integers([-1])], { Tidx: 'int32', keep_dims: true }); // [..., 1]
      const inverse = graph.op('Rsqrt', [graph.op('AddV2', [mean, graph.scalar(epsilon as number)])]);
      return [graph.op('Mul', [graph.op('Mul', [x.name, inverse]), weight.name]), inverse];
    },
  },
  tfjs: ({ x, weight }, { epsilon }) => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon as number));
    return [tf.mul(tf.mul(x, inverse), weight), inverse];
  },
};

/**
 * In ONNX's own operators, spelled as onnxruntime finds it again when it loads a file.
 *
 * @returns the name of √(mean(x²) + ε) [..., 1]
 */
export function normaliseInParts(
  { inputs: { x, weight }, attributes: { epsilon }, outputs: [out] }: NamedNode,
  graph: OnnxGraph,
): string {
  const squares = graph.compute('Pow', [x.name, graph.scalar(2)]);
  const mean = graph.compute('ReduceMean', [squares, graph.int64([-1])], { keepdims: 1 });
  const root = graph.compute('Sqrt', [graph.compute('Add', [mean, graph.scalar(epsilon as number)])]);
  graph.emit('Mul', [graph.compute('Div', [x.name, root]), weight.name], [out.name]);
  return root;
}

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
    const [y, inverse] = tf.engine().runKernel('RmsNorm', { x, weight }, { epsilon }) as tf.Tensor[];
    save([x, inverse, weight]);
    return { value: y, gradFunc: (dY, saved) => rmsNormGradient(dY, saved as tf.Tensor[]) };
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
