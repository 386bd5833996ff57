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

export const createKernels: readonly AnyKernel[] = [
  fill,
  like('ZerosLike', 0),
  like('OnesLike', 1),
  identity,
  cast,
  select,
];
