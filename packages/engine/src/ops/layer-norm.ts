import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernels/kernel';

/** `y`, and per row the mean and 1/√(variance + ε), which the gradient reuses. */
export const layerNormKernel: Kernel = {
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
      inverses[r] = 1 / Math.sqrt(variance + (epsilon as number));
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
        { axis: -1, epsilon: { float: epsilon as number } },
      ),
    // As the gradient writes it, so that the two share the normalised rows.
    tensorflow: ({ inputs: { x, weight, bias }, attributes: { epsilon } }, graph) => {
      const meanOf = (value: string) =>
        graph.op('Mean', [value, graph.integers([x.shape.length - 1])], { Tidx: 'int32', keep_dims: true });
      const mean = meanOf(x.name); // [..., 1]
      const centred = graph.op('Sub', [x.name, mean]);
      const variance = meanOf(graph.op('Square', [centred]));
      const inverse = graph.op('Rsqrt', [graph.op('AddV2', [variance, graph.scalar(epsilon as number)])]);
      const weighted = graph.op('Mul', [graph.op('Mul', [centred, inverse]), weight.name]);
      return [graph.op('AddV2', [weighted, bias.name]), mean, inverse];
    },
  },
  tfjs: ({ x, weight, bias }, { epsilon }) => {
    const mean = tf.mean(x, -1, true);
    const centred = tf.sub(x, mean);
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon as number));
    return [tf.add(tf.mul(tf.mul(centred, inverse), weight), bias), mean, inverse];
  },
};

/**
 * Layer normalisation over the last dimension: (x − mean) / √(variance + ε) · weight + bias.
 *
 * @param x [..., hidden]; `weight` and `bias` [hidden]
 * @see Ba, Kiros, Hinton: Layer Normalization (2016)
 */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, epsilon: number): tf.Tensor {
  const forward = tf.customGrad((...args) => {
    const [x, weight, bias, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [y, mean, inverse] = tf.engine().runKernel('LayerNorm', { x, weight, bias }, { epsilon }) as tf.Tensor[];
    save([x, weight, mean, inverse]);
    return { value: y, gradFunc: (dY, saved) => layerNormGradient(dY, saved as tf.Tensor[]) };
  });
  return forward(x, weight, bias);
}

function layerNormGradient(dY: tf.Tensor, [x, weight, mean, inverse]: readonly tf.Tensor[]): tf.Tensor[] {
  const normal = tf.mul(tf.sub(x, mean), inverse); // [..., hidden]
  const dNormal = tf.mul(dY, weight);
  const along = tf.mean(tf.mul(dNormal, normal), -1, true); // [..., 1]
  const dX = tf.mul(tf.sub(tf.sub(dNormal, tf.mean(dNormal, -1, true)), tf.mul(normal, along)), inverse);
  const rows = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
  return [dX, tf.sum(tf.mul(dY, normal), rows), tf.sum(dY, rows)];
}
