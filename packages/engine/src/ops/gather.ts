import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '../kernel/define-op';
import type { AnyKernel, Kernel } from '../kernel/kernel';
import { type DType, sizeOf } from '../tensor';

/**
 * Embedding lookup: rows of a table.
 *
 * @param table [vocab, hidden]
 * @param ids [tokens] int32; the gradient sums the rows of equal ids
 * @returns [tokens, hidden]
 * @example
 * const states = embedding(wordTable, inputIds);
 */
export function embedding(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const vocab = table.shape[0];
  return defineOp({
    forward: (table: tf.Tensor) => ({ value: tf.gather(table, ids as tf.Tensor1D), saved: [] }),
    gradient: (dY) => tf.unsortedSegmentSum(dY, ids as tf.Tensor1D, vocab), // [vocab, hidden]
  })(table);
}

/** Slices of `x` along `axis` at `indices`. */
const gather: Kernel<{ readonly axis: number; readonly batchDims?: number }> = {
  name: 'GatherV2',
  infer: ({ x, indices }, { axis, batchDims }) => {
    if (batchDims) throw new RangeError('GatherV2: batchDims is not supported; gather from a flattened tensor');
    return [{ shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], dtype: x.dtype }];
  },
  evaluate: ({ x, indices }, { axis }, [output]) => {
    const inner = sizeOf(x.shape.slice(axis + 1));
    const outer = sizeOf(x.shape.slice(0, axis));
    const out = new Float64Array(sizeOf(output.shape));
    for (let i = 0; i < outer; i++)
      indices.data.forEach((index, j) => {
        const from = (i * x.shape[axis] + index) * inner;
        out.set(x.data.subarray(from, from + inner), (i * indices.data.length + j) * inner);
      });
    return [out];
  },
  lower: {
    onnx: ({ inputs: { x, indices }, attributes: { axis }, outputs: [out] }, graph) =>
      graph.emit('Gather', [x.name, indices.name], [out.name], { axis }),
    tensorflow: ({ inputs: { x, indices }, attributes: { axis } }, graph) => {
      const types = { T: undefined, Tparams: x.dtype, Tindices: indices.dtype, Taxis: 'int32' } as const;
      return graph.op('GatherV2', [x.name, indices.name, graph.integer(axis)], types, x.dtype);
    },
  },
};

type Rows = ArrayLike<number>;

/** out[ids[i]] += x[i], in the order of rows, so that the sum always has the same bits. */
function addRows(x: Rows, ids: Rows, out: Float32Array | Float64Array): void {
  const width = x.length / ids.length;
  for (let i = 0; i < ids.length; i++) {
    const to = ids[i] * width;
    const from = i * width;
    for (let j = 0; j < width; j++) out[to + j] += x[from + j];
  }
}

/**
 * The sum of the rows of `x` that share a segment id: an embedding's gradient.
 *
 * In an ONNX graph it is `ScatterElements(add)`; `ScatterND(add)` loses updates if ids repeat and two threads run. At the end of
 * a program it runs on the host instead, which touches only the rows that occur.
 */
const unsortedSegmentSum: Kernel<{ readonly numSegments: number }> = {
  name: 'UnsortedSegmentSum',
  infer: ({ x }, { numSegments }) => [{ shape: [numSegments, ...x.shape.slice(1)], dtype: x.dtype }],
  evaluate: ({ x, segmentIds }, _, [output]) => {
    const out = new Float64Array(sizeOf(output.shape));
    addRows(x.data, segmentIds.data, out);
    return [out];
  },
  lower: {
    onnx: ({ inputs: { x, segmentIds }, outputs: [out] }, graph) => {
      const [zeros, column, ids] = [graph.temporary(), graph.temporary(), graph.temporary()];
      graph.emit('Expand', [graph.scalar(0, x.dtype), graph.int64(out.shape)], [zeros]);
      graph.emit('Reshape', [segmentIds.name, graph.int64([x.shape[0], ...x.shape.slice(1).map(() => 1)])], [column]);
      graph.emit('Expand', [column, graph.int64(x.shape)], [ids]);
      graph.emit('ScatterElements', [zeros, ids, x.name], [out.name], { axis: 0, reduction: 'add' });
    },
    tensorflow: ({ inputs: { x, segmentIds }, attributes: { numSegments } }, graph) => {
      const types = { Tindices: segmentIds.dtype, Tnumsegments: 'int32' } as const;
      return graph.op('UnsortedSegmentSum', [x.name, segmentIds.name, graph.integer(numSegments)], types);
    },
  },
  host: {
    edge: 'after',
    run: ({ x, segmentIds }, _, [out]) => {
      if (!out.isZero) out.data.fill(0);
      addRows(x.data, segmentIds.data, out.data as Float32Array);
    },
  },
};

interface OneHotAttributes {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype?: DType;
}

const oneHot: Kernel<OneHotAttributes> = {
  name: 'OneHot',
  infer: ({ indices }, { depth, dtype }) => [{ shape: [...indices.shape, depth], dtype: dtype ?? 'float32' }],
  evaluate: ({ indices }, { depth, onValue, offValue }, [output]) => {
    const out = new Float64Array(sizeOf(output.shape)).fill(offValue);
    indices.data.forEach((index, i) => {
      if (index >= 0 && index < depth) out[i * depth + index] = onValue;
    });
    return [out];
  },
  lower: {
    onnx: ({ inputs: { indices }, attributes: { depth, onValue, offValue }, outputs: [out] }, graph) => {
      // ONNX counts a negative index from the end; in TensorFlow it has no hot entry.
      const classes = graph.constant(
        'int32',
        [depth],
        Int32Array.from({ length: depth }, (_, i) => i),
      );
      const [column, hot] = [graph.temporary(), graph.temporary()];
      graph.emit('Reshape', [indices.name, graph.int64([...indices.shape, 1])], [column]);
      graph.emit('Equal', [column, classes], [hot]);
      const values = [onValue, offValue].map((value) => graph.scalar(value, out.dtype));
      graph.emit('Where', [hot, ...values], [out.name]);
    },
    tensorflow: ({ inputs: { indices }, attributes: { depth, onValue, offValue }, outputs: [out] }, graph) => {
      const values = [onValue, offValue].map((value) => graph.scalar(value, out.dtype));
      const types = { T: out.dtype, TI: indices.dtype, axis: -1 } as const;
      return graph.op('OneHot', [indices.name, graph.integer(depth), ...values], types);
    },
  },
};

export const gatherKernels: readonly AnyKernel[] = [gather, unsortedSegmentSum, oneHot];
