import type { OnnxGraph } from '../graphs/onnx-graph';
import type { TensorflowGraph } from '../graphs/tensorflow-graph';
import type { AnyKernel, Kernel, NamedNode } from '../kernel/kernel';
import { stridesOf, walk } from '../kernel/strides';
import { sizeOf } from '../tensor';

function reshapeTo({ outputs: [out], inputs }: NamedNode, graph: OnnxGraph): void {
  const [input] = Object.values(inputs);
  graph.emit('Reshape', [input.name, graph.int64(out.shape)], [out.name]);
}

function reshapeInTensorflow({ outputs: [out], inputs }: NamedNode, graph: TensorflowGraph): string {
  const [input] = Object.values(inputs);
  return graph.reshape(input.name, out.shape);
}

const reshape: Kernel<{ readonly shape: readonly number[] }> = {
  name: 'Reshape',
  infer: ({ x }, { shape: expected }) => {
    const known = sizeOf(expected.filter((size) => size >= 0));
    const shape = expected.map((size) => (size < 0 ? sizeOf(x.shape) / known : size));
    if (sizeOf(shape) !== sizeOf(x.shape))
      throw new RangeError(`Reshape: [${x.shape}] has ${sizeOf(x.shape)} elements, [${expected}] has ${sizeOf(shape)}`);
    return [{ shape, dtype: x.dtype }];
  },
  evaluate: ({ x }) => [x.data],
  lower: { onnx: reshapeTo, tensorflow: reshapeInTensorflow },
};

const expandDims: Kernel<{ readonly dim: number }> = {
  name: 'ExpandDims',
  infer: ({ input }, { dim }) => {
    const shape = [...input.shape];
    shape.splice(dim < 0 ? shape.length + 1 + dim : dim, 0, 1);
    return [{ shape, dtype: input.dtype }];
  },
  evaluate: ({ input }) => [input.data],
  lower: { onnx: reshapeTo, tensorflow: reshapeInTensorflow },
};

const transpose: Kernel<{ readonly perm: readonly number[] }> = {
  name: 'Transpose',
  infer: ({ x }, { perm }) => [{ shape: perm.map((axis) => x.shape[axis]), dtype: x.dtype }],
  evaluate: ({ x }, { perm }, [output]) => {
    const strides = stridesOf(x.shape);
    const out = new Float64Array(x.data.length);
    walk(
      output.shape,
      perm.map((axis) => strides[axis]),
      (flat, offset) => {
        out[flat] = x.data[offset];
      },
    );
    return [out];
  },
  lower: {
    onnx: ({ inputs: { x }, attributes: { perm }, outputs: [out] }, graph) =>
      graph.emit('Transpose', [x.name], [out.name], { perm }),
    tensorflow: ({ inputs: { x }, attributes: { perm } }, graph) =>
      graph.op('Transpose', [x.name, graph.integers(perm)], { Tperm: 'int32' }),
  },
};

interface SliceAttributes {
  readonly begin: number | readonly number[];
  readonly size: number | readonly number[];
}

/** `begin` and `size` for every axis: TensorFlow.js takes a number or a shorter list, and -1 for "to the end". */
function sliceOf(shape: readonly number[], attributes: SliceAttributes): { begin: number[]; size: number[] } {
  const [begins, sizes] = [[attributes.begin].flat(), [attributes.size].flat()];
  const begin = shape.map((_, i) => begins[i] ?? 0);
  return { begin, size: shape.map((extent, i) => ((sizes[i] ?? -1) === -1 ? extent - begin[i] : sizes[i])) };
}

const slice: Kernel<SliceAttributes> = {
  name: 'Slice',
  infer: ({ x }, attributes) => [{ shape: sliceOf(x.shape, attributes).size, dtype: x.dtype }],
  evaluate: ({ x }, attributes, [output]) => {
    const strides = stridesOf(x.shape);
    const origin = sliceOf(x.shape, attributes).begin.reduce((sum, start, i) => sum + start * strides[i], 0);
    const out = new Float64Array(sizeOf(output.shape));
    walk(output.shape, strides, (flat, offset) => {
      out[flat] = x.data[origin + offset];
    });
    return [out];
  },
  lower: {
    onnx: ({ inputs: { x }, attributes, outputs: [out] }, graph) => {
      const { begin, size } = sliceOf(x.shape, attributes);
      const ends = begin.map((start, i) => start + size[i]);
      graph.emit('Slice', [x.name, graph.int64(begin), graph.int64(ends)], [out.name]);
    },
    tensorflow: ({ inputs: { x }, attributes }, graph) => {
      const { begin, size } = sliceOf(x.shape, attributes);
      return graph.op('Slice', [x.name, graph.integers(begin), graph.integers(size)], { Index: 'int32' });
    },
  },
};

interface PadAttributes {
  readonly paddings: readonly (readonly [before: number, after: number])[];
  readonly constantValue?: number;
}

const pad: Kernel<PadAttributes> = {
  name: 'PadV2',
  infer: ({ x }, { paddings }) => [
    {
      shape: x.shape.map((size, i) => size + paddings[i][0] + paddings[i][1]),
      dtype: x.dtype,
    },
  ],
  evaluate: ({ x }, { paddings, constantValue = 0 }, [output]) => {
    const strides = stridesOf(output.shape);
    const origin = paddings.reduce((sum, [before], i) => sum + before * strides[i], 0);
    const out = new Float64Array(sizeOf(output.shape)).fill(constantValue);
    walk(x.shape, strides, (flat, offset) => {
      out[origin + offset] = x.data[flat];
    });
    return [out];
  },
  lower: {
    onnx: ({ inputs: { x }, attributes: { paddings, constantValue = 0 }, outputs: [out] }, graph) => {
      const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
      const fill = graph.scalar(constantValue, x.dtype);
      graph.emit('Pad', [x.name, graph.int64(pads), fill], [out.name]);
    },
    tensorflow: ({ inputs: { x }, attributes: { paddings, constantValue = 0 } }, graph) => {
      const pads = graph.constant('int32', [paddings.length, 2], Int32Array.from(paddings.flat()));
      const fill = graph.scalar(constantValue, x.dtype);
      return graph.op('PadV2', [x.name, pads, fill], { Tpaddings: 'int32' });
    },
  },
};

const tile: Kernel<{ readonly reps: readonly number[] }> = {
  name: 'Tile',
  infer: ({ x }, { reps }) => [{ shape: x.shape.map((size, i) => size * reps[i]), dtype: x.dtype }],
  evaluate: ({ x }, _, [output]) => {
    const strides = stridesOf(x.shape);
    const shape = output.shape.flatMap((size, i) => [size / x.shape[i], x.shape[i]]);
    const out = new Float64Array(sizeOf(output.shape));
    walk(
      shape,
      strides.flatMap((stride) => [0, stride]),
      (flat, offset) => {
        out[flat] = x.data[offset];
      },
    );
    return [out];
  },
  lower: {
    onnx: ({ inputs: { x }, attributes: { reps }, outputs: [out] }, graph) =>
      graph.emit('Tile', [x.name, graph.int64(reps)], [out.name]),
    tensorflow: ({ inputs: { x }, attributes: { reps } }, graph) =>
      graph.op('Tile', [x.name, graph.integers(reps)], { Tmultiples: 'int32' }),
  },
};

export const shapeKernels: readonly AnyKernel[] = [reshape, expandDims, transpose, slice, pad, tile];
