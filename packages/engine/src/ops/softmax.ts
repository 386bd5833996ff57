import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../graphs/onnx-graph';
import type { Kernel } from '../kernel/kernel';

/** Over the last dimension, shifted by the row's maximum. */
export const softmax: Kernel = {
  name: 'Softmax',
  infer: ({ logits }) => [logits],
  evaluate: ({ logits: { shape, data } }) => {
    const size = shape.at(-1)!;
    const out = new Float64Array(data.length);
    for (let start = 0; start < data.length; start += size) {
      const row = data.subarray(start, start + size);
      const max = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const sum = row.reduce((total, x) => total + Math.exp(x - max), 0);
      row.forEach((x, i) => {
        out[start + i] = Math.exp(x - max) / sum;
      });
    }
    return [out];
  },
  lower: {
    onnx: ({ inputs: { logits }, outputs: [out] }, graph) =>
      graph.emit('Softmax', [logits.name], [out.name], { axis: -1 }),
    tensorflow: ({ inputs: { logits } }, graph) => graph.op('Softmax', [logits.name]),
  },
};

/** log softmax over the last dimension, shifted by the row's maximum. */
export const logSoftmax: Kernel = {
  name: 'LogSoftmax',
  infer: ({ logits }) => [logits],
  evaluate: ({ logits: { shape, data } }) => {
    const size = shape.at(-1)!;
    const out = new Float64Array(data.length);
    for (let start = 0; start < data.length; start += size) {
      const row = data.subarray(start, start + size);
      const max = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const logSum = Math.log(row.reduce((total, x) => total + Math.exp(x - max), 0));
      row.forEach((x, i) => {
        out[start + i] = x - max - logSum;
      });
    }
    return [out];
  },
  lower: {
    onnx: ({ inputs: { logits }, outputs: [out] }, graph) => {
      if (graph.target === 'webgpu') return shiftedLogSoftmax(logits.name, out.name, graph);
      graph.emit('LogSoftmax', [logits.name], [out.name], { axis: -1 });
    },
    tensorflow: ({ inputs: { logits } }, graph) => graph.op('LogSoftmax', [logits.name]),
  },
  tfjs: ({ logits }) => tf.logSoftmax(logits),
};

/** x − max − log Σ exp(x − max), where there is no operator for it. */
function shiftedLogSoftmax(x: string, out: string, graph: OnnxGraph): void {
  const [max, shifted, exponentials, sum, log] = Array.from({ length: 5 }, () => graph.temporary());
  const last = graph.int64([-1]);
  graph.emit('ReduceMax', [x, last], [max], { keepdims: 1 });
  graph.emit('Sub', [x, max], [shifted]);
  graph.emit('Exp', [shifted], [exponentials]);
  graph.emit('ReduceSum', [exponentials, last], [sum], { keepdims: 1 });
  graph.emit('Log', [sum], [log]);
  graph.emit('Sub', [shifted, log], [out]);
}
