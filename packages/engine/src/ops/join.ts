import type { AnyKernel, Kernel } from '../kernel/kernel';
import { axesOf } from '../kernel/strides';
import { sizeOf, type TensorSpec } from '../tensor';

/** Calls `visit(from, to, length)` for each contiguous run that places `x` into `output` from `start` on along `axis`. */
function runs(
  x: TensorSpec['shape'],
  output: TensorSpec['shape'],
  { axis, start }: { axis: number; start: number },
  visit: (from: number, to: number, length: number) => void,
): void {
  const inner = sizeOf(x.slice(axis + 1));
  const length = x[axis] * inner;
  const outer = sizeOf(x.slice(0, axis));
  for (let i = 0; i < outer; i++) visit(i * length, (i * output[axis] + start) * inner, length);
}

const concat: Kernel<{ readonly axis: number }> = {
  name: 'Concat',
  infer: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const shape = [...parts[0].shape];
    shape[axis] = parts.reduce((total, part) => total + part.shape[axis], 0);
    return [{ shape, dtype: parts[0].dtype }];
  },
  evaluate: (inputs, { axis }, [output]) => {
    const out = new Float64Array(sizeOf(output.shape));
    let start = 0;
    for (const part of Object.values(inputs)) {
      runs(part.shape, output.shape, { axis, start }, (from, to, length) =>
        out.set(part.data.subarray(from, from + length), to),
      );
      start += part.shape[axis];
    }
    return [out];
  },
  lower: {
    onnx: ({ inputs, attributes: { axis }, outputs: [out] }, graph) =>
      graph.emit(
        'Concat',
        Object.values(inputs).map((part) => part.name),
        [out.name],
        { axis },
      ),
    tensorflow: ({ inputs, attributes: { axis } }, graph) => {
      const parts = Object.values(inputs).map(({ name }) => name);
      return graph.op('ConcatV2', [...parts, graph.integer(axis)], { N: parts.length, Tidx: 'int32' });
    },
  },
};

/** Tensors of one shape along a new axis. */
const pack: Kernel<{ readonly axis: number }> = {
  name: 'Pack',
  infer: (inputs, attributes) => {
    const parts = Object.values(inputs);
    const shape = [...parts[0].shape];
    const [axis] = axesOf(attributes.axis, shape.length + 1);
    shape.splice(axis, 0, parts.length);
    return [{ shape, dtype: parts[0].dtype }];
  },
  evaluate: (inputs, attributes, [output]) => {
    const [axis] = axesOf(attributes.axis, output.shape.length);
    const out = new Float64Array(sizeOf(output.shape));
    Object.values(inputs).forEach(({ shape, data }, start) => {
      const lifted = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
      runs(lifted, output.shape, { axis, start }, (from, to, length) =>
        out.set(data.subarray(from, from + length), to),
      );
    });
    return [out];
  },
  lower: {
    onnx: ({ inputs, attributes, outputs: [out] }, graph) => {
      const [axis] = axesOf(attributes.axis, out.shape.length);
      const lifted = Object.values(inputs).map(({ name }) => {
        const part = graph.temporary();
        graph.emit('Unsqueeze', [name, graph.int64([axis])], [part]);
        return part;
      });
      graph.emit('Concat', lifted, [out.name], { axis });
    },
    tensorflow: ({ inputs, attributes, outputs: [out] }, graph) => {
      const parts = Object.values(inputs).map(({ name }) => name);
      const [axis] = axesOf(attributes.axis, out.shape.length);
      return graph.op('Pack', parts, { N: parts.length, axis });
    },
  },
};

/** Sizes of the parts, from a list in which -1 is the rest, or from their number. */
function partSizes(extent: number, sizes: number | readonly number[]): number[] {
  if (typeof sizes === 'number') return new Array<number>(sizes).fill(extent / sizes);
  const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return sizes.map((size) => (size < 0 ? extent - known : size));
}

interface SplitAttributes {
  readonly numOrSizeSplits: number | readonly number[];
  readonly axis: number;
}

/** The opposite of `Concat`, and its gradient. */
const splitV: Kernel<SplitAttributes> = {
  name: 'SplitV',
  infer: ({ x }, attributes) => {
    const [axis] = axesOf(attributes.axis, x.shape.length);
    return partSizes(x.shape[axis], attributes.numOrSizeSplits).map((size) => ({
      shape: x.shape.map((extent, i) => (i === axis ? size : extent)),
      dtype: x.dtype,
    }));
  },
  evaluate: ({ x }, attributes, outputs) => {
    const [axis] = axesOf(attributes.axis, x.shape.length);
    let start = 0;
    return outputs.map(({ shape }) => {
      const out = new Float64Array(sizeOf(shape));
      runs(shape, x.shape, { axis, start }, (to, from, length) => out.set(x.data.subarray(from, from + length), to));
      start += shape[axis];
      return out;
    });
  },
  lower: {
    onnx: ({ inputs: { x }, attributes, outputs }, graph) => {
      const [axis] = axesOf(attributes.axis, x.shape.length);
      const sizes = graph.int64(outputs.map(({ shape }) => shape[axis]));
      graph.emit(
        'Split',
        [x.name, sizes],
        outputs.map(({ name }) => name),
        { axis },
      );
    },
    tensorflow: ({ inputs: { x }, attributes, outputs }, graph) => {
      const [axis] = axesOf(attributes.axis, x.shape.length);
      const sizes = graph.integers(outputs.map(({ shape }) => shape[axis]));
      const call = graph.op('SplitV', [x.name, sizes, graph.integer(axis)], {
        Tlen: 'int32',
        num_split: outputs.length,
      });
      return graph.outputsOf(call, outputs.length);
    },
  },
};

export const joinKernels: readonly AnyKernel[] = [concat, pack, splitV];
