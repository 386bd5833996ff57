import * as tf from '@tensorflow/tfjs-core';
import { callKernel } from '../../kernel/define-op';
import type { Kernel } from '../../kernel/kernel';
import { fold, keyOf } from '../../random';
import { type HostTensor, sizeOf } from '../../tensor';
import { fillMaskPlainly, type MaskRows, maskFillers } from './mask';

type Numbers = ArrayLike<number>;

/** Attributes of a mask's kernel. */
export interface MaskAttributes {
  readonly op: number;
  readonly rate: number;
  readonly shape: readonly number[];
}

/** The tokens of a mask: rows of hidden states, or queries of attention. */
interface Tokens {
  readonly sequences: Numbers;
  readonly positions: Numbers;
}

/** Key of the random bits of each row of a mask. A row is a token, or a query of a head. */
function rowKeysOf(key: number, shape: readonly number[], { sequences, positions }: Tokens): Int32Array {
  if (shape.length === 2)
    return Int32Array.from({ length: shape[0] }, (_, t) => fold(fold(key, sequences[t]), positions[t]));
  const [rows, heads, queries] = shape;
  const headKeys = Int32Array.from({ length: heads }, (_, head) => fold(key, head));
  const keys = new Int32Array(rows * heads * queries);
  let to = 0;
  for (let row = 0; row < rows; row++)
    for (const headKey of headKeys)
      for (let token = row * queries; token < (row + 1) * queries; token++)
        keys[to++] = fold(fold(headKey, sequences[token]), positions[token]);
  return keys;
}

/** The span of each sequence's keys in its row of `width`. */
function spansOf(sequences: Numbers, width: number): Map<number, { start: number; count: number }> {
  const spans = new Map<number, { start: number; count: number }>();
  for (let i = 0; i < sequences.length; i++) {
    const span = sequences[i] >= 0 ? spans.get(sequences[i]) : undefined;
    if (span) span.count += 1;
    else if (sequences[i] >= 0) spans.set(sequences[i], { start: i % width, count: 1 });
  }
  return spans;
}

type Inputs = Readonly<Record<string, { data: Numbers }>>;

/** The row keys of a mask, from its kernel's inputs and attributes. */
export function maskKeysOf(
  { seed, sequenceIds, positionIds }: Inputs,
  { op, shape }: Omit<MaskAttributes, 'rate'>,
): Int32Array {
  const tokens = { sequences: sequenceIds.data, positions: positionIds.data };
  return rowKeysOf(keyOf(...Array.from(seed.data), op), shape, tokens);
}

/** Start and length of each query's own sequence in a row of keys, [rows, queries]. */
export interface QuerySpans {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
}

export function querySpansOf(
  { sequenceIds, keySequenceIds }: Inputs,
  { shape }: Pick<MaskAttributes, 'shape'>,
): QuerySpans {
  const spans = spansOf(keySequenceIds.data, shape.at(-1)!);
  const ofQuery = (part: 'start' | 'count') =>
    Int32Array.from({ length: sequenceIds.data.length }, (_, query) => spans.get(sequenceIds.data[query])?.[part] ?? 0);
  return { starts: ofQuery('start'), counts: ofQuery('count') };
}

/** The rows of a mask: random throughout, or within each query's own sequence. */
export function rowsOf(keys: Int32Array, spans: QuerySpans | undefined, shape: readonly number[]): MaskRows {
  const width = shape.at(-1)!;
  if (!spans)
    return { width, keys, starts: new Int32Array(keys.length), counts: new Int32Array(keys.length).fill(width) };
  return { width, keys, starts: eachHead(spans.starts, shape), counts: eachHead(spans.counts, shape) };
}

/** The rows of a mask, from its kernel's inputs and attributes. */
export function maskRowsOf(inputs: Inputs, attributes: MaskAttributes): MaskRows {
  const { shape } = attributes;
  const spans = shape.length === 4 ? querySpansOf(inputs, attributes) : undefined;
  return rowsOf(maskKeysOf(inputs, attributes), spans, shape);
}

/** Repeats [rows, queries] for each head: [rows, heads, queries]. */
function eachHead(list: Int32Array, [rows, heads, queries]: readonly number[]): Int32Array {
  const out = new Int32Array(rows * heads * queries);
  for (let row = 0; row < rows; row++)
    for (let head = 0; head < heads; head++)
      out.set(list.subarray(row * queries, (row + 1) * queries), (row * heads + head) * queries);
  return out;
}

/** The lowering of a kernel that runs on the host alone. */
export function refuseInside(): never {
  throw new Error('dropout: the mask is made from program inputs, on the host; pass seed and positions as inputs');
}

/**
 * A mask of zeros and 1/(1 − rate). Each entry is a pure function of seed, step, op, sequence, position, and channel or head and
 * key position: the same for any layout or engine. It is made on the host, because TensorFlow.js's int32 products do not wrap, or
 * as `HashedMask` on a device whose products do.
 */
export const dropoutMask: Kernel<MaskAttributes> = {
  name: 'DropoutMask',
  infer: (_, { shape }) => [{ shape, dtype: 'float32' }],
  evaluate: (inputs, attributes, [output]) => {
    const out = new Float64Array(sizeOf(output.shape));
    fillMaskPlainly(maskRowsOf(inputs, attributes), attributes.rate, out);
    return [out];
  },
  lower: {
    onnx: refuseInside,
    tensorflow: refuseInside,
  },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]: readonly HostTensor[]) => {
      maskFillers().mask(maskRowsOf(inputs, attributes), attributes.rate, out.data as Float32Array);
    },
  },
};

/** Coordinates of the random bits of a batch. All are program inputs. */
export interface DropoutSource {
  /** [2] int32: the run's seed and the optimizer step. */
  readonly seed: tf.Tensor;
  /** [tokens] int32: the sequence's index in the global batch. */
  readonly sequenceIds: tf.Tensor;
  /** [tokens] int32: the position within the sequence. */
  readonly positionIds: tf.Tensor;
}

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Dropout rate, a probability in [0, 1), rounded to a multiple of 2⁻¹⁶. */
  readonly rate: number;
  /** Distinguishes the dropouts of one program. */
  readonly op: number;
  /** For attention, the sequences of the keys, [rows · keys] int32; default those of the queries. Keys of a sequence are adjacent. */
  readonly keySequenceIds?: tf.Tensor;
}

/**
 * Zeroes each element with probability `rate` and scales the others by 1/(1 − rate).
 *
 * @param x [tokens, channels], or attention probabilities [rows, heads, queries, keys] whose queries are the source's tokens
 * @param source undefined for no dropout
 * @example
 * const hidden = dropout(x, { seed, sequenceIds, positionIds }, { rate: 0.1, op: 3 });
 */
export function dropout(
  x: tf.Tensor,
  source: DropoutSource | undefined,
  { rate, op, keySequenceIds = source?.sequenceIds }: DropoutOptions,
): tf.Tensor {
  if (!source || rate === 0) return x;
  const inputs = { ...source, ...(x.rank === 4 && { keySequenceIds: keySequenceIds! }) };
  const mask = callKernel(dropoutMask, inputs, { shape: x.shape, rate, op });
  return tf.mul(x, mask);
}
