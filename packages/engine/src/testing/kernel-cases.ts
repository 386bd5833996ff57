import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type QuantizedFormat, quantizedFormats, quantizedSpecs } from '../ops/quantized/formats';
import { quantizedLinear } from '../ops/quantized/linear';
import type { ProgramFunction, Tensors } from '../record/record';
import { type HostTensors, int32, sizeOf, uint8 } from '../tensor';
import { randomFloats, randomIntegers, randomPositive } from './random-tensors';

/** A layer whose frozen matrix [7, columns] is quantized: whole blocks of 64 columns, an odd number of them, and a part of one. */
export interface QuantizedCase {
  readonly title: string;
  readonly matrix: HostTensors;
  /** [3, columns] */
  readonly x: HostTensors[string];
  readonly layer: (x: Tensor, matrix: Readonly<Record<string, Tensor>>) => Tensor;
}

const sizes = [128, 64, 150];

export const quantizedCases: readonly QuantizedCase[] = quantizedFormats.flatMap((format) =>
  sizes.map((columns) => ({
    title: `quantizedLinear, ${format} of ${columns} columns`,
    matrix: matrixOf(format, columns),
    x: randomFloats([3, columns], 51),
    layer: (x, { codes, scales }) => quantizedLinear(x, { format, codes, scales }),
  })),
);

function matrixOf(format: QuantizedFormat, columns: number): HostTensors {
  const { codes, scales } = quantizedSpecs(format, [7, columns]);
  const bytes = Uint8Array.from(randomIntegers([sizeOf(codes.shape)], 52, 256).data);
  return { codes: uint8(bytes, codes.shape), scales: randomPositive(scales.shape, 53, 0.2) };
}

/** A program that calls one kernel, and inputs for it. */
export interface KernelCase {
  /** Name of the kernel. */
  readonly kernel: string;
  /** Inputs of the program, by name. */
  readonly inputs: HostTensors;
  /** The program: one call of the kernel. */
  readonly fn: ProgramFunction;
}

type Body = (inputs: Tensors) => tf.Tensor | readonly tf.Tensor[];

function kernelCase(kernel: string, inputs: HostTensors, body: Body): KernelCase {
  const fn: ProgramFunction = (batch) =>
    Object.fromEntries([body(batch)].flat().map((tensor, i) => [`out${i}`, tensor as tf.Tensor]));
  return { kernel, inputs, fn };
}

const pair = { a: randomFloats([2, 3], 1), b: randomFloats([3], 2) };
const row = { x: randomFloats([3, 4], 3) };
const cube = { x: randomFloats([2, 3, 4], 4) };
const positive = { x: randomPositive([3, 4], 5) };
const integers = { a: int32([-2, 1, 0, 2, -1, 1], [2, 3]), b: int32([-1, 1, 2 ** 31 - 1]) };
const flags = { a: randomIntegers([2, 3], 8, 2), b: randomIntegers([3], 9, 2) };
const dropoutSource = {
  seed: int32([3, 1]),
  sequenceIds: int32([0, 0, 1, 1], [2, 2]),
  positionIds: int32([0, 1, 0, 1]),
  keySequenceIds: int32([0, 0, 0, 1, 1, -1]),
};
const hashedRows = {
  keys: int32([5, -6, 7, 8]),
  queryKeys: int32([1, -2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]),
  starts: int32([0, 0, 0, 1], [2, 1, 2, 1]),
  counts: int32([3, 2, 0, 2], [2, 1, 2, 1]),
};
const run = (name: string, inputs: Tensors, attributes = {}) =>
  tf.engine().runKernel(name, { ...inputs } as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as tf.Tensor;

const binary = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum'].map((name) =>
  kernelCase(name, pair, (inputs) => run(name, inputs)),
);
const comparisons = ['Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'].map((name) =>
  kernelCase(name, integers, (inputs) => run(name, inputs)),
);
const logical = ['LogicalAnd', 'LogicalOr'].map((name) =>
  kernelCase(name, flags, ({ a, b }) => run(name, { a: tf.cast(a, 'bool'), b: tf.cast(b, 'bool') })),
);
const unary = ['Abs', 'Cos', 'Erf', 'Exp', 'Neg', 'Relu', 'Sigmoid', 'Sign', 'Sin', 'Softplus', 'Square', 'Tanh'].map(
  (name) => kernelCase(name, row, (inputs) => run(name, inputs)),
);
const unaryPositive = ['Log', 'Reciprocal', 'Rsqrt', 'Sqrt'].map((name) =>
  kernelCase(name, positive, (inputs) => run(name, inputs)),
);
const reductions = [
  kernelCase('Sum', cube, ({ x }) => [tf.sum(x), tf.sum(x, 1), tf.sum(x, [0, 2], true)]),
  kernelCase('Mean', cube, ({ x }) => [tf.mean(x), tf.mean(x, -1, true)]),
  kernelCase('Max', cube, ({ x }) => [tf.max(x), tf.max(x, 1), tf.max(x, -1, true)]),
  kernelCase('Min', cube, ({ x }) => [tf.min(x), tf.min(x, 0)]),
  kernelCase('ArgMax', cube, ({ x }) => [tf.argMax(x, -1), tf.argMax(x, 1)]),
];
const shapes = [
  kernelCase('Reshape', cube, ({ x }) => tf.reshape(x, [4, -1])),
  kernelCase('ExpandDims', row, ({ x }) => [tf.expandDims(x, 1), tf.expandDims(x, -1)]),
  kernelCase('Transpose', cube, ({ x }) => tf.transpose(x, [2, 0, 1])),
  kernelCase('Concat', cube, ({ x }) => [tf.concat([x, tf.neg(x)], 1), tf.concat([x, x, x], 0)]),
  kernelCase('Pack', row, ({ x }) => [tf.stack([x, tf.neg(x)], 1), tf.stack([x, x, x])]),
  kernelCase('SplitV', cube, ({ x }) => [...tf.split(x, [1, 2], 1), ...tf.split(x, 2, -1)]),
  kernelCase('Slice', cube, ({ x }) => tf.slice(x, [0, 1, 1], [2, -1, 2])),
  kernelCase('PadV2', row, ({ x }) =>
    tf.pad(
      x,
      [
        [1, 0],
        [0, 2],
      ],
      7,
    ),
  ),
  kernelCase('Tile', row, ({ x }) => tf.tile(x, [2, 3])),
];
const created = [
  kernelCase('Range', { i: int32([7, 1, -4]) }, ({ i }) => tf.add(i, tf.range(0, 3, 1, 'int32'))),
  kernelCase('Fill', row, ({ x }) => tf.add(x, tf.fill([3, 4], 2.5))),
  kernelCase('ZerosLike', row, ({ x }) => tf.zerosLike(x)),
  kernelCase('OnesLike', row, ({ x }) => run('OnesLike', { x })),
  kernelCase('Identity', row, ({ x }) => run('Identity', { x })),
  kernelCase('Cast', row, ({ x }) => [tf.cast(x, 'int32'), tf.cast(tf.relu(x), 'bool')]),
  kernelCase('Select', { ...row, y: randomFloats([3, 4], 10) }, ({ x, y }) => [
    tf.where(tf.greater(x, 0), x, y),
    tf.where(tf.greater(tf.slice(x, 0, 1), 0), x, y),
  ]),
];
const gathers = [
  kernelCase('GatherV2', { ...cube, i: int32([2, 0, 2, 1]) }, ({ x, i }) => [
    tf.gather(x, i, 1),
    tf.gather(tf.reshape(x, [6, 4]), tf.reshape(i, [2, 2])),
    tf.gather(tf.reshape(x, [6, 4]), tf.reshape(i, [1, 2, 2]), 1),
    tf.gather(tf.mul(i, 3), tf.minimum(i, tf.scalar(1, 'int32'))),
  ]),
  kernelCase('UnsortedSegmentSum', { x: randomFloats([5, 3], 11), i: int32([1, 0, 1, 3, 1]) }, ({ x, i }) => {
    const sums = tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4);
    return [sums, tf.neg(tf.unsortedSegmentSum(tf.mul(x, 2), i as tf.Tensor1D, 4))];
  }),
  kernelCase(
    'AddToClass',
    { ...row, classes: int32([2, 0, 3]), values: randomFloats([3], 20) },
    ({ x, classes, values }) => run('AddToClass', { x, classes, values }),
  ),
  kernelCase('OneHot', { i: int32([2, 0, -100, 1]) }, ({ i }) => tf.oneHot(i, 3)),
];
const fused = [
  kernelCase('BatchMatMul', { a: randomFloats([2, 3, 4], 12), b: randomFloats([2, 4, 5], 13) }, ({ a, b }) => [
    tf.matMul(a, b),
    tf.matMul(tf.transpose(a, [0, 2, 1]), b, true),
    tf.matMul(a, tf.transpose(b, [0, 2, 1]), false, true),
    tf.matMul(tf.reshape(a, [6, 4]), tf.slice(tf.reshape(b, [8, 5]), [0, 0], [4, 5])),
    tf.matMul(tf.reshape(a, [6, 4]), tf.reshape(b, [10, 4]), false, true),
  ]),
  kernelCase('Softmax', cube, ({ x }) => tf.softmax(tf.mul(x, 50))),
  kernelCase('LogSoftmax', cube, ({ x }) => run('LogSoftmax', { logits: tf.mul(x, 50) })),
  kernelCase('LayerNorm', { ...row, weight: randomFloats([4], 14), bias: randomFloats([4], 15) }, (inputs) => {
    const outputs = tf.engine().runKernel('LayerNorm', { ...inputs }, { epsilon: 1e-5 }) as unknown as tf.Tensor[];
    return outputs;
  }),
  kernelCase('RmsNorm', { ...row, weight: randomFloats([4], 14) }, (inputs) => {
    const outputs = tf.engine().runKernel('RmsNorm', { ...inputs }, { epsilon: 1e-5 }) as unknown as tf.Tensor[];
    return outputs;
  }),
  kernelCase(
    'Rope',
    { x: randomFloats([5, 12], 57), cosines: randomFloats([5, 3], 58), sines: randomFloats([5, 3], 59) },
    (inputs) => run('Rope', inputs),
  ),
  kernelCase('Recall', { ...row, after: randomFloats([2], 21) }, ({ x, after }) => tf.neg(run('Recall', { x, after }))),
  kernelCase('GeluErf', row, ({ x }) => run('GeluErf', { x })),
  kernelCase('Linear', { ...row, weight: randomFloats([5, 4], 16), bias: randomFloats([5], 17) }, (inputs) =>
    run('Linear', inputs),
  ),
  ...quantizedCases.map(({ x, matrix, layer }) =>
    kernelCase('QuantizedLinear', { x, ...matrix }, ({ x, ...matrix }) => layer(x, matrix)),
  ),
  ...['DropoutMask', 'DropoutBits'].map((name) =>
    kernelCase(name, dropoutSource, ({ keySequenceIds, ...inputs }) => [
      run(name, inputs, { rate: 0.5, op: 2, shape: [4, 8] }),
      run(name, { ...inputs, keySequenceIds }, { rate: 0.5, op: 2, shape: [2, 3, 2, 3] }),
    ]),
  ),
  kernelCase('UnpackMask', { bits: int32([0x2f00f0a5, -0x70ffff01]) }, ({ bits }) => [
    run('UnpackMask', { bits }, { rate: 0.25, shape: [2, 32] }),
    run('UnpackMask', { bits }, { rate: 0.25, shape: [3, 15] }),
  ]),
  kernelCase('DropoutKeys', dropoutSource, ({ keySequenceIds: _, ...inputs }) => [
    run('DropoutKeys', inputs, { op: 2, shape: [4, 8] }),
    run('DropoutKeys', inputs, { op: 2, shape: [2, 3, 2, 3] }),
  ]),
  kernelCase('DropoutSpans', dropoutSource, ({ sequenceIds, keySequenceIds }) => {
    const spans = tf.engine().runKernel('DropoutSpans', { sequenceIds, keySequenceIds }, { shape: [2, 3, 2, 3] });
    return spans as unknown as tf.Tensor[];
  }),
  kernelCase('HashedMask', hashedRows, ({ keys, queryKeys, starts, counts }) => [
    run('HashedMask', { keys }, { rate: 0.5, shape: [4, 8] }),
    run('HashedMask', { keys: queryKeys, starts, counts }, { rate: 0.5, shape: [2, 3, 2, 3] }),
  ]),
];

/**
 * At least one case for every kernel, which the conformance tests require.
 *
 * @example
 * for (const { inputs, fn } of kernelCases) await engine.compile(fn).run(inputs);
 */
export const kernelCases: readonly KernelCase[] = [
  ...binary,
  kernelCase('Pow', { a: randomPositive([2, 3], 18), b: randomFloats([3], 19) }, (inputs) => run('Pow', inputs)),
  ...comparisons,
  ...logical,
  kernelCase('LogicalNot', flags, ({ a }) => run('LogicalNot', { x: tf.cast(a, 'bool') })),
  ...unary,
  ...unaryPositive,
  kernelCase('Step', row, ({ x }) => [tf.step(x), tf.step(x, 0.2)]),
  kernelCase('ClipByValue', row, ({ x }) => tf.clipByValue(x, -0.3, 0.4)),
  ...reductions,
  ...shapes,
  ...created,
  ...gathers,
  ...fused,
];
