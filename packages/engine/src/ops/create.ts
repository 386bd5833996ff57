import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../graphs/onnx-graph';
import type { TensorflowGraph } from '../graphs/tensorflow-graph';
import type { AnyKernel, Kernel, NamedNode } from '../kernel/kernel';
import { type DType, sizeOf } from '../tensor';

function expand(value: number, { outputs: [out] }: NamedNode, graph: OnnxGraph): void {
  graph.emit('Expand', [graph.scalar(value, out.dtype), graph.int64(out.shape)], [out.name]);
}

function fillInTensorflow(value: number, { outputs: [out] }: NamedNode, graph: TensorflowGraph): string {
  return graph.op('Fill', [graph.integers(out.shape), graph.scalar(value, out.dtype)], {
    T: out.dtype,
    index_type: 'int32',
  });
}

interface FillAttributes {
  readonly shape: readonly number[];
  readonly value: number;
  readonly dtype?: DType;
}

const fill: Kernel<FillAttributes> = {
  name: 'Fill',
  infer: (_, { shape, dtype = 'float32' }) => [{ shape, dtype }],
  evaluate: (_, { value }, [output]) => [new Float64Array(sizeOf(output.shape)).fill(value)],
  lower: {
    onnx: (node, graph) => expand(node.attributes.value, node, graph),
    tensorflow: (node, graph) => fillInTensorflow(node.attributes.value, node, graph),
  },
};

const like = (name: string, value: number): Kernel => ({
  name,
  infer: ({ x }) => [x],
  evaluate: (_, __, [output]) => [new Float64Array(sizeOf(output.shape)).fill(value)],
  lower: {
    onnx: (node, graph) => expand(value, node, graph),
    tensorflow: (node, graph) => fillInTensorflow(value, node, graph),
  },
});

const identity: Kernel = {
  name: 'Identity',
  infer: ({ x }) => [x],
  evaluate: ({ x }) => [x.data],
  lower: {
    onnx: ({ inputs: { x }, outputs: [out] }, graph) => graph.emit('Identity', [x.name], [out.name]),
    tensorflow: ({ inputs: { x } }) => x.name,
  },
};

const cast: Kernel<{ readonly dtype: DType }> = {
  name: 'Cast',
  infer: ({ x }, { dtype }) => [{ shape: x.shape, dtype }],
  evaluate: ({ x }, { dtype }) => {
    if (dtype === 'bool') return [x.data.map((value) => (value === 0 ? 0 : 1))];
    return [dtype === 'int32' ? x.data.map(Math.trunc) : x.data];
  },
  lower: {
    onnx: ({ inputs: { x }, outputs: [out] }, graph) => graph.cast(x.name, out.name, out.dtype),
    tensorflow: ({ inputs: { x }, outputs: [out] }, graph) => graph.cast(x.name, out.dtype),
  },
  // TensorFlow.js on wasm takes a fraction for false.
  tfjs: ({ x }, { dtype }) => (dtype === 'bool' ? tf.notEqual(x, 0) : tf.cast(x, dtype as 'float32' | 'int32')),
};

const select: Kernel = {
  name: 'Select',
  infer: ({ condition, t }) => {
    if (condition.shape.join() !== t.shape.join())
      throw new RangeError(
        `Select: condition has shape [${condition.shape}], values [${t.shape}]; use tf.where, which broadcasts`,
      );
    return [t];
  },
  evaluate: ({ condition, t, e }) => [t.data.map((value, i) => (condition.data[i] ? value : e.data[i]))],
  lower: {
    onnx: ({ inputs: { condition, t, e }, outputs: [out] }, graph) =>
      graph.emit('Where', [condition.name, t.name, e.name], [out.name]),
    tensorflow: ({ inputs: { condition, t, e } }, graph) =>
      graph.op('SelectV2', [condition.name, t.name, e.name], { T: t.dtype }),
  },
};

interface RangeAttributes {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly dtype: DType;
}

/** Integers from 0 along an axis. */
const range: Kernel<RangeAttributes> = {
  name: 'Range',
  infer: (_, { start, stop, step, dtype }) => {
    if (start !== 0 || step !== 1 || dtype !== 'int32')
      throw new RangeError(
        `Range: expected int32 from 0 in steps of 1, got ${dtype} from ${start} in steps of ${step}; add and multiply afterwards`,
      );
    return [{ shape: [stop], dtype }];
  },
  evaluate: (_, { stop }) => [Float64Array.from({ length: stop }, (_, i) => i)],
  lower: {
    onnx: ({ outputs: [out] }, graph) => {
      const limits = [0, out.shape[0], 1].map((value) => graph.compute('Squeeze', [graph.int64([value])]));
      graph.cast(graph.compute('Range', limits), out.name, out.dtype);
    },
    tensorflow: ({ outputs: [out] }, graph) => {
      const limits = [0, out.shape[0], 1].map((value) => graph.integer(value));
      return graph.op('Range', limits, { T: undefined, Tidx: 'int32' }, 'int32');
    },
  },
};

export const createKernels: readonly AnyKernel[] = [
  fill,
  range,
  like('ZerosLike', 0),
  like('OnesLike', 1),
  identity,
  cast,
  select,
];
