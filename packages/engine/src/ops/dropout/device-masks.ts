import * as tf from '@tensorflow/tfjs-core';
import type { TensorflowGraph } from '../../graphs/tensorflow-graph';
import type { Kernel } from '../../kernel/kernel';
import { firstFactor, secondFactor, stride } from '../../random';
import { sizeOf, type TensorSpec } from '../../tensor';
import { type MaskAttributes, maskKeysOf, maskRowsOf, querySpansOf, refuseInside, rowsOf } from './dropout';
import { bitsPerWord, fillMaskPlainly, maskFillers, packPlainly, threshold } from './mask';

/** A packed mask: [words] int32; bit k of word w says whether entry 32w + k is kept. */
export function bitsSpec(shape: readonly number[]): TensorSpec {
  return { shape: [Math.ceil(sizeOf(shape) / bitsPerWord)], dtype: 'int32' };
}

/** The mask of `DropoutMask` with a bit per entry, a thirty-second of its size on the way to a device. */
export const dropoutBits: Kernel<MaskAttributes> = {
  name: 'DropoutBits',
  infer: (_, { shape }) => [bitsSpec(shape)],
  evaluate: (inputs, attributes, [output]) => {
    const mask = new Float64Array(sizeOf(attributes.shape));
    fillMaskPlainly(maskRowsOf(inputs, attributes), attributes.rate, mask);
    const bits = new Float64Array(sizeOf(output.shape));
    packPlainly(mask, bits);
    return [bits];
  },
  lower: { onnx: refuseInside, tensorflow: refuseInside },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]) => {
      maskFillers().bits(maskRowsOf(inputs, attributes), attributes.rate, out.data as Int32Array);
    },
  },
};

/** Factors that move each bit of a word to the sign, the lowest bit first, in products that wrap. */
const toSign = Int32Array.from({ length: bitsPerWord }, (_, k) => 1 << (bitsPerWord - 1 - k));

const signs = () => ({ dtype: 'int32', shape: [1, bitsPerWord], data: toSign }) as const;

const keptOf = ({ rate }: Pick<MaskAttributes, 'rate'>) => 1 / (1 - rate);

/** The mask of `DropoutBits`, 0 or 1/(1 − rate) per bit. Devices have no shifts of integers, but products that wrap. */
export const unpackMask: Kernel<Omit<MaskAttributes, 'op'>> = {
  name: 'UnpackMask',
  infer: (_, { shape }) => [{ shape, dtype: 'float32' }],
  evaluate: ({ bits }, attributes, [output]) => {
    const word = (i: number) => bits.data[Math.floor(i / bitsPerWord)];
    const isKept = (i: number) => (word(i) >> (i % bitsPerWord)) & 1;
    return [Float64Array.from({ length: sizeOf(output.shape) }, (_, i) => (isKept(i) ? keptOf(attributes) : 0))];
  },
  lower: {
    onnx: ({ inputs: { bits }, attributes, outputs: [output] }, graph) => {
      const words = graph.compute('Reshape', [bits.name, graph.int64([-1, 1])]);
      const moved = graph.compute('Mul', [words, graph.sharedConstant('signs of bits', signs)]);
      const isKept = graph.compute('Less', [moved, graph.scalar(0, 'int32')]);
      const values = graph.compute('Where', [isKept, graph.scalar(keptOf(attributes)), graph.scalar(0)]);
      const flat = graph.compute('Reshape', [values, graph.int64([-1])]);
      const size = sizeOf(output.shape);
      const own =
        size % bitsPerWord === 0 ? flat : graph.compute('Slice', [flat, graph.int64([0]), graph.int64([size])]);
      graph.emit('Reshape', [own, graph.int64(output.shape)], [output.name]);
    },
    tensorflow: ({ inputs: { bits }, attributes, outputs: [output] }, graph) => {
      const words = graph.reshape(bits.name, [-1, 1]);
      const moved = graph.op('Mul', [words, graph.constant('int32', [1, bitsPerWord], toSign)]);
      const isKept = graph.op('Less', [moved, graph.scalar(0, 'int32')], {}, 'bool');
      const values = graph.op('SelectV2', [isKept, graph.scalar(keptOf(attributes)), graph.scalar(0)], {
        T: 'float32',
      });
      const size = sizeOf(output.shape);
      const flat = graph.reshape(values, [-1]);
      const own = graph.op('Slice', [flat, graph.integers([0]), graph.integers([size])], { Index: 'int32' });
      return graph.reshape(own, output.shape);
    },
  },
  tfjs: ({ bits }, attributes) => {
    const shape = [...attributes.shape];
    const moved = tf.mul(tf.reshape(bits, [-1, 1]), tf.tensor(toSign, [1, bitsPerWord], 'int32'));
    const kept = tf.mul(tf.cast(tf.less(moved, tf.scalar(0, 'int32')), 'float32'), keptOf(attributes));
    return tf.reshape(tf.slice(tf.reshape(kept, [-1]), 0, sizeOf(shape)), shape);
  },
};

type Numbers = Readonly<Record<string, { readonly data: ArrayLike<number> }>>;

/** The row keys of `DropoutMask`: int32, of the mask's shape without its last dimension. */
export const dropoutKeys: Kernel<Omit<MaskAttributes, 'rate'>> = {
  name: 'DropoutKeys',
  infer: (_, attributes) => [{ shape: attributes.shape.slice(0, -1), dtype: 'int32' }],
  evaluate: (inputs, attributes) => [Float64Array.from(maskKeysOf(inputs, attributes))],
  lower: { onnx: refuseInside, tensorflow: refuseInside },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]) => (out.data as Int32Array).set(maskKeysOf(inputs, attributes)),
  },
};

/** Start and length of each query's own sequence among the keys of its row: int32 [rows, 1, queries, 1] each. */
export const dropoutSpans: Kernel<Pick<MaskAttributes, 'shape'>> = {
  name: 'DropoutSpans',
  infer: (_, attributes) => {
    const [rows, , queries] = attributes.shape;
    return [0, 1].map(() => ({ shape: [rows, 1, queries, 1], dtype: 'int32' }));
  },
  evaluate: (inputs, attributes) => {
    const { starts, counts } = querySpansOf(inputs, attributes);
    return [starts, counts].map((list) => Float64Array.from(list));
  },
  lower: { onnx: refuseInside, tensorflow: refuseInside },
  host: {
    edge: 'before',
    run: (inputs, attributes, outputs) => {
      const { starts, counts } = querySpansOf(inputs, attributes);
      [starts, counts].forEach((list, i) => (outputs[i].data as Int32Array).set(list));
    },
  },
};

/**
 * The mask of `DropoutMask`, from the `keys` of its rows, and for attention the `starts` and `counts` of its queries. Nothing per
 * entry comes from the host.
 *
 * For devices that shift unsigned integers and whose products wrap.
 */
export const hashedMask: Kernel<Omit<MaskAttributes, 'op'>> = {
  name: 'HashedMask',
  infer: (_, attributes) => [{ shape: attributes.shape, dtype: 'float32' }],
  evaluate: (inputs, attributes, [output]) => {
    const mask = new Float64Array(sizeOf(output.shape));
    fillMaskPlainly(hashedRows(inputs, output.shape), attributes.rate, mask);
    return [mask];
  },
  lower: {
    onnx: refuseInside,
    tensorflow: ({ inputs: { keys, starts, counts }, attributes }, graph) => {
      const { rate, shape } = attributes;
      const width = shape.at(-1)!;
      const columns = graph.constant(
        'uint32',
        [width],
        Uint32Array.from({ length: width }, (_, i) => i),
      );
      const rowKeys = graph.reshape(unsigned(keys.name, graph), [...keys.shape, 1]);
      const places = starts ? graph.op('Sub', [columns, unsigned(starts.name, graph)]) : columns; // before a start: huge
      const bits = bitsOf(rowKeys, places, graph);
      const isHigh = graph.op('GreaterEqual', [bits, number(threshold(rate), graph)], {}, 'bool');
      const isInside = counts && graph.op('Less', [places, unsigned(counts.name, graph)], {}, 'bool');
      const isKept = isInside ? graph.op('LogicalAnd', [isHigh, isInside], { T: undefined }, 'bool') : isHigh;
      return graph.op('SelectV2', [isKept, graph.scalar(1 / (1 - rate)), graph.scalar(0)], { T: 'float32' });
    },
  },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]) =>
      maskFillers().mask(hashedRows(inputs, out.shape), attributes.rate, out.data as Float32Array),
  },
};

function hashedRows({ keys, starts, counts }: Numbers, shape: readonly number[]) {
  const spans = starts && { starts: Int32Array.from(starts.data), counts: Int32Array.from(counts.data) };
  return rowsOf(Int32Array.from(keys.data), spans, shape);
}

const unsigned = (name: string, graph: TensorflowGraph) => graph.op('Bitcast', [name], { type: 'uint32' }, 'uint32');

const number = (value: number, graph: TensorflowGraph) => graph.constant('uint32', [], Uint32Array.of(value));

/** The 16 random bits of each place: `fold(key, place / 2)` has those of an even place in its lower half, of the next in its upper. */
function bitsOf(keys: string, places: string, graph: TensorflowGraph): string {
  const by = (operator: string, x: string, value: number) => graph.op(operator, [x, number(value, graph)]);
  const pairs = by('Mul', by('AddV2', by('RightShift', places, 1), 1), stride);
  const shifted = (x: string, bits: number) => graph.op('BitwiseXor', [x, by('RightShift', x, bits)]);
  const first = by('Mul', shifted(graph.op('AddV2', [keys, pairs]), 16), firstFactor);
  const hashes = shifted(by('Mul', shifted(first, 15), secondFactor), 16);
  const half = by('Mul', by('BitwiseAnd', places, 1), 16);
  return by('BitwiseAnd', graph.op('RightShift', [hashes, half]), 0xffff);
}
