import * as tf from '@tensorflow/tfjs-core';
import { bitsPerWord, fillMaskPlainly, maskFillers, packPlainly } from '../host/dropout-mask';
import type { Kernel } from '../kernels/kernel';
import { sizeOf, type TensorSpec } from '../tensor';
import { type MaskAttributes, maskRowsOf, refuseInside } from './dropout';

/** What a mask of that shape is packed into: [words] int32, bit k of word w is whether the entry 32w + k is kept. */
export function bitsSpec(shape: readonly number[]): TensorSpec {
  return { shape: [Math.ceil(sizeOf(shape) / bitsPerWord)], dtype: 'int32' };
}

/** Which entries `DropoutMask` keeps, a bit each: a thirty-second of what would go to a device. */
export const dropoutBits: Kernel = {
  name: 'DropoutBits',
  infer: (_, attributes) => [bitsSpec((attributes as unknown as MaskAttributes).shape)],
  evaluate: (inputs, attributes, [output]) => {
    const own = attributes as unknown as MaskAttributes;
    const mask = new Float64Array(sizeOf(own.shape));
    fillMaskPlainly(maskRowsOf(inputs, own), own.rate, mask);
    const bits = new Float64Array(sizeOf(output.shape));
    packPlainly(mask, bits);
    return [bits];
  },
  lower: { onnx: refuseInside, tensorflow: refuseInside },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]) => {
      const own = attributes as unknown as MaskAttributes;
      maskFillers().bits(maskRowsOf(inputs, own), own.rate, out.data as Int32Array);
    },
  },
};

/** Times these, in 32 bits that wrap, each bit of a word is the sign, the least bit first: exact wherever products are. */
const toSign = Int32Array.from({ length: bitsPerWord }, (_, k) => 1 << (bitsPerWord - 1 - k));

const signs = () => ({ dtype: 'int32', shape: [1, bitsPerWord], data: toSign }) as const;

const keptOf = (attributes: Readonly<Record<string, unknown>>) => 1 / (1 - (attributes.rate as number));

/** The mask of `DropoutBits`: bit by bit 0 or 1/(1 − rate). Devices have no shifts of integers, but products that wrap. */
export const unpackMask: Kernel = {
  name: 'UnpackMask',
  infer: (_, { shape }) => [{ shape: shape as number[], dtype: 'float32' }],
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
    const shape = attributes.shape as number[];
    const moved = tf.mul(tf.reshape(bits, [-1, 1]), tf.tensor(toSign, [1, bitsPerWord], 'int32'));
    const kept = tf.mul(tf.cast(tf.less(moved, tf.scalar(0, 'int32')), 'float32'), keptOf(attributes));
    return tf.reshape(tf.slice(tf.reshape(kept, [-1]), 0, sizeOf(shape)), shape);
  },
};
