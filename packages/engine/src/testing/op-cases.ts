import * as tf from '@tensorflow/tfjs-core';
import { geluErf, geluTanh, silu } from '../ops/activations';
import { attention, bucketBias, sequenceBias } from '../ops/attention';
import { sigmoidDistillation, softmaxDistillation } from '../ops/distillation';
import { type DropoutSource, dropout } from '../ops/dropout/dropout';
import { embedding } from '../ops/gather';
import { linear } from '../ops/linear';
import { type LossOptions, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from '../ops/losses';
import { layerNorm, rmsNorm } from '../ops/normalization';
import { recomputed } from '../ops/recomputed';
import { rope, rotationOf } from '../ops/rope';
import type { ProgramFunction, Tensors } from '../record/record';
import { float32, type HostTensors, int32 } from '../tensor';
import { quantizedCases } from './kernel-cases';
import { randomFloats, randomIntegers } from './random-tensors';

/** A fused operation as a program with a scalar loss, so that gradients with respect to each parameter can be checked. */
export interface OpCase {
  /** Name of the operation. */
  readonly op: string;
  /** Inputs without a gradient, by name. */
  readonly batch: HostTensors;
  /** Inputs by which the loss is derived, by name. */
  readonly parameters: HostTensors;
  /** The program, with a scalar output `loss`. */
  readonly fn: ProgramFunction;
}

/** A loss that weighs every output differently, so that no gradient hides behind a symmetry. */
function spread(y: tf.Tensor): tf.Tensor {
  const weights = tf.tensor(
    Array.from({ length: y.size }, (_, i) => Math.sin(i + 1)),
    y.shape,
  );
  return tf.sum(tf.mul(y, weights));
}

type Body = (parameters: Tensors, batch: Tensors) => tf.Tensor;

function opCase(op: string, parameters: HostTensors, body: Body, batch: HostTensors = {}): OpCase {
  return { op, batch, parameters, fn: (batch, parameters) => ({ loss: body(parameters, batch) }) };
}

const sequences = {
  seed: int32([42, 7]),
  sequenceIds: int32([0, 0, 0, 1, 2, 2, -1, -1], [2, 4]),
  positionIds: int32([0, 1, 2, 0, 0, 1, 0, 0]),
};
const attentionParameters = {
  query: randomFloats([8, 6], 21),
  key: randomFloats([8, 6], 22),
  value: randomFloats([8, 6], 23),
};
function attentionCase(op: string, drop: (x: tf.Tensor, source: DropoutSource) => tf.Tensor): OpCase {
  const body: Body = ({ query, key, value }, { seed, sequenceIds, positionIds }) => {
    const bias = sequenceBias(sequenceIds);
    const source = { seed, sequenceIds, positionIds };
    return spread(attention({ query, key, value, bias, heads: 2, dropout: (x) => drop(x, source) }));
  };
  return opCase(op, attentionParameters, body, sequences);
}

/** Four heads of queries on two of keys and values, each token looking back only. */
const groupedCausal = opCase(
  'attention, grouped and causal',
  { query: randomFloats([8, 8], 42), key: randomFloats([8, 4], 43), value: randomFloats([8, 4], 44) },
  ({ query, key, value }, { sequenceIds, positionIds }) => {
    const bias = sequenceBias(sequenceIds, sequenceIds, { queries: tf.reshape(positionIds, [2, 4]) });
    return spread(attention({ query, key, value, bias, heads: 4, keyValueHeads: 2, dropout: (x) => x }));
  },
  sequences,
);

/** The same after three keys that are there already, of which the first row has seen two. */
const afterPast = opCase(
  'attention to past keys',
  {
    ...{ query: randomFloats([8, 8], 61), key: randomFloats([8, 4], 62), value: randomFloats([8, 4], 63) },
    ...{ pastKey: randomFloats([2, 2, 3, 2], 64), pastValue: randomFloats([2, 2, 3, 2], 65) },
  },
  ({ query, key, value, pastKey, pastValue }, { queryIds, keyIds, queryPositions, keyPositions }) => {
    const bias = sequenceBias(queryIds, keyIds, { queries: queryPositions, keys: keyPositions });
    const past = { key: pastKey, value: pastValue };
    return spread(attention({ query, key, value, past, bias, heads: 4, keyValueHeads: 2, dropout: (x) => x }));
  },
  {
    queryIds: int32(new Int32Array(8), [2, 4]),
    queryPositions: int32([2, 3, 4, 5, 3, 4, 5, 6], [2, 4]),
    keyIds: int32([0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 7]),
    keyPositions: int32([0, 1, 2, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 6], [2, 7]),
  },
);

/** One bias of two layers, from a table that is read twice: by the buckets of each row, and by the first row's for all. */
const byDistance = opCase(
  'attention with a bias by bucket',
  { ...attentionParameters, table: randomFloats([3, 2], 57) },
  ({ query, key, value, table }, { sequenceIds, buckets }) => {
    const relative = tf.add(bucketBias(table, buckets), bucketBias(table, tf.slice(buckets, 0, 1)));
    const bias = tf.add(sequenceBias(sequenceIds), relative); // [2, heads, 4, 4]
    const layer = (query: tf.Tensor) => attention({ query, key, value, bias, heads: 2, dropout: (x) => x });
    return spread(layer(layer(query)));
  },
  { ...sequences, buckets: randomIntegers([2, 4, 4], 58, 3) },
);

const weights = float32([1, 0.5, 2, 0]);
const several = { labels: float32([1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0], [4, 3]), weights };
const lossVariants: readonly (readonly [string, LossOptions])[] = [
  ['label smoothing', { labelSmoothing: 0.1 }],
  ['focal γ = 2', { focalGamma: 2 }],
  ['focal γ = ½', { focalGamma: 0.5 }],
  ['both', { labelSmoothing: 0.2, focalGamma: 1 }],
];

/**
 * Cases of the fused operations.
 *
 * @example
 * for (const { batch, parameters, fn } of opCases) await engine.compile(fn).run(batch, parameters);
 */
export const opCases: readonly OpCase[] = [
  opCase(
    'layerNorm',
    { x: randomFloats([3, 5], 24), weight: randomFloats([5], 25), bias: randomFloats([5], 26) },
    ({ x, weight, bias }) => spread(layerNorm(x, weight, bias, 1e-5)),
  ),
  opCase('rmsNorm', { x: randomFloats([3, 5], 45), weight: randomFloats([5], 46) }, ({ x, weight }) =>
    spread(rmsNorm(x, weight, 1e-5)),
  ),
  opCase('silu', { x: randomFloats([4, 3], 47) }, ({ x }) => spread(silu(tf.mul(x, 3)))),
  opCase(
    'rope',
    { x: randomFloats([5, 12], 48) },
    ({ x }, { positionIds }) => spread(rope(x, rotationOf(positionIds, [1, 0.3, 0.02]))),
    { positionIds: int32([0, 1, 2, 0, 7]) },
  ),
  opCase('geluTanh', { x: randomFloats([4, 3], 59) }, ({ x }) => spread(geluTanh(tf.mul(x, 2)))),
  opCase('geluErf', { x: randomFloats([4, 3], 27) }, ({ x }) => spread(geluErf(tf.mul(x, 2)))),
  opCase(
    'linear',
    { x: randomFloats([3, 5], 28), weight: randomFloats([4, 5], 29), bias: randomFloats([4], 30) },
    ({ x, weight, bias }) => spread(linear(x, weight, bias)),
  ),
  ...quantizedCases.map(({ title, x, matrix, layer }) =>
    opCase(title, { x }, ({ x }, matrix) => spread(layer(x, matrix)), matrix),
  ),
  opCase(
    'recomputed',
    { x: randomFloats([3, 5], 54), weight: randomFloats([5, 5], 55), gain: randomFloats([5], 56) },
    ({ x, weight, gain }) => {
      const layer = (x: tf.Tensor) => tf.add(x, silu(tf.matMul(rmsNorm(x, gain, 1e-5), weight)));
      const twice = recomputed(layer, recomputed(layer, x, { weight, gain }), { weight, gain });
      return spread(twice);
    },
  ),
  opCase('embedding', { table: randomFloats([5, 3], 31) }, ({ table }, { ids }) => spread(embedding(table, ids)), {
    ids: int32([1, 0, 1, 4, 1]),
  }),
  attentionCase('attention', (x) => x),
  attentionCase('attention with dropout', (x, source) => dropout(x, source, { rate: 0.3, op: 1 })),
  groupedCausal,
  afterPast,
  byDistance,
  opCase(
    'dropout',
    { x: randomFloats([8, 6], 32) },
    ({ x }, { seed, sequenceIds, positionIds }) =>
      spread(dropout(x, { seed, sequenceIds, positionIds }, { rate: 0.3, op: 4 })),
    sequences,
  ),
  opCase(
    'softmaxCrossEntropy',
    { logits: randomFloats([4, 3], 33) },
    ({ logits }, { labels, weights }) => softmaxCrossEntropy(logits, labels, weights),
    { labels: int32([2, 0, 1, 1]), weights },
  ),
  opCase(
    'softmaxCrossEntropy with ignored labels',
    { logits: randomFloats([4, 3], 37) },
    ({ logits }, { labels, weights }) => softmaxCrossEntropy(logits, labels, weights),
    { labels: int32([2, -100, 1, -100]), weights: float32([1, 1, 2, 1]) },
  ),
  ...lossVariants.map(([name, options]) =>
    opCase(
      `softmaxCrossEntropy with ${name}`,
      { logits: randomFloats([4, 3], 40) },
      ({ logits }, { labels, weights }) => tf.mul(softmaxCrossEntropy(logits, labels, weights, options), 3),
      { labels: int32([2, -100, 1, 0]), weights: float32([1, 1, 2, 0.5]) },
    ),
  ),
  opCase(
    'sigmoidCrossEntropy',
    { logits: randomFloats([4, 3], 34) },
    ({ logits }, { labels, weights }) => sigmoidCrossEntropy(logits, labels, weights),
    several,
  ),
  ...lossVariants.map(([name, options]) =>
    opCase(
      `sigmoidCrossEntropy with ${name}`,
      { logits: randomFloats([4, 3], 41) },
      ({ logits }, { labels, weights }) => sigmoidCrossEntropy(logits, labels, weights, options),
      several,
    ),
  ),
  opCase(
    'softmaxDistillation',
    { logits: randomFloats([4, 3], 57) },
    ({ logits }, { targets, weights }) => softmaxDistillation(logits, targets, weights, { temperature: 2.5 }),
    { targets: float32([0.5, 0.25, 0.25, 1, 0, 0, 0.125, 0.75, 0.125, 0.25, 0.25, 0.5], [4, 3]), weights },
  ),
  opCase(
    'sigmoidDistillation',
    { logits: randomFloats([4, 3], 58) },
    ({ logits }, { targets, weights }) => sigmoidDistillation(logits, targets, weights, { temperature: 2.5 }),
    { targets: float32([0.5, 0.25, 1, 0, 0.1, 0.9, 0.3, 0.75, 0.6, 0.2, 0.25, 0.5], [4, 3]), weights },
  ),
  opCase(
    'meanSquaredError',
    { predictions: randomFloats([4, 1], 35) },
    ({ predictions }, { targets, weights }) => meanSquaredError(predictions, targets, weights),
    { targets: randomFloats([4, 1], 36), weights },
  ),
];
