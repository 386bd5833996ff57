import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../engines/onnx/graph';
import type { Kernel } from './kernel';

/** log softmax over the last dimension, shifted by the row's maximum. */
const logSoftmax: Kernel = {
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

/** `x` with a number added to one entry of each row: out[i, classes[i]] += values[i]. */
const addToClass: Kernel = {
  name: 'AddToClass',
  infer: ({ x }) => [x],
  evaluate: ({ x, classes, values }) => {
    const out = x.data.slice();
    classes.data.forEach((j, i) => {
      out[i * x.shape[1] + j] += values.data[i];
    });
    return [out];
  },
  lower: {
    onnx: ({ inputs: { x, classes, values }, outputs: [out] }, graph) => {
      const [column, added] = [graph.temporary(), graph.temporary()];
      const shape = graph.int64([x.shape[0], 1]);
      graph.emit('Reshape', [classes.name, shape], [column]);
      graph.emit('Reshape', [values.name, shape], [added]);
      graph.emit('ScatterElements', [x.name, column, added], [out.name], { axis: 1, reduction: 'add' });
    },
    tensorflow: ({ inputs: { x, classes, values } }, graph) => {
      const rows = graph.constant(
        'int32',
        [x.shape[0]],
        Int32Array.from({ length: x.shape[0] }, (_, i) => i),
      );
      const places = graph.op('Pack', [rows, classes.name], { N: 2, axis: 1 }); // [rows, 2]
      return graph.op('TensorScatterAdd', [x.name, places, values.name], { Tindices: 'int32' });
    },
  },
  tfjs: ({ x, classes, values }) =>
    tf.add(x, tf.mul(tf.oneHot(classes as tf.Tensor1D, x.shape[1]!), tf.expandDims(values, 1))),
};

/** What a loss over many classes needs without a one-hot table as large as its logits. `classes` [rows] int32, each in range. */
export const classKernels: readonly Kernel[] = [logSoftmax, addToClass];
