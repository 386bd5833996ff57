import * as tf from '@tensorflow/tfjs-core';
import { fillMaskPlainly, type MaskRows, maskFillers } from '../host/dropout-mask';
import { fold, keyOf } from '../host/random';
import type { Kernel } from '../kernels/kernel';
import { type HostTensor, sizeOf } from '../tensor';

type Numbers = ArrayLike<number>;

/** What a mask's kernel is told of it. */
export interface MaskAttributes {
  readonly op: number;
  readonly rate: number;
  readonly shape: readonly number[];
}

/** The tokens that are dropped out of: of hidden states the rows, of attention the queries. */
interface Tokens {
  readonly sequences: Numbers;
  readonly positions: Numbers;
}

/** Rows of a mask of hidden states [tokens, channels]. */
function hiddenRows(key: number, [count, width]: readonly number[], { sequences, positions }: Tokens): MaskRows {
  const keys = Int32Array.from({ length: count }, (_, t) => fold(fold(key, sequences[t]), positions[t]));
  return { width, keys, starts: new Int32Array(count), counts: new Int32Array(count).fill(width) };
}

/** Rows of a mask of attention probabilities [rows, heads, queries, keys]: random where a query's own sequence is. */
function attentionRows(
  key: number,
  [rows, heads, queries, width]: readonly number[],
  { sequences, positions, keySequences }: Tokens & { keySequences: Numbers },
): MaskRows {
  const count = rows * heads * queries;
  const [keys, starts, counts] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const spans = spansOf(keySequences, width);
  for (let to = 0; to < count; to++) {
    const query = Math.floor(to / (heads * queries)) * queries + (to % queries);
    const head = Math.floor(to / queries) % heads;
    keys[to] = fold(fold(fold(key, head), sequences[query]), positions[query]);
    const span = spans.get(sequences[query]);
    if (!span) continue;
    starts[to] = span.start;
    counts[to] = span.count;
  }
  return { width, keys, starts, counts };
}

/** Where each sequence's keys are in its row of `width`. */
function spansOf(sequences: Numbers, width: number): Map<number, { start: number; count: number }> {
  const spans = new Map<number, { start: number; count: number }>();
  for (let i = 0; i < sequences.length; i++) {
    const span = sequences[i] >= 0 ? spans.get(sequences[i]) : undefined;
    if (span) span.count += 1;
    else if (sequences[i] >= 0) spans.set(sequences[i], { start: i % width, count: 1 });
  }
  return spans;
}

/** The rows of the mask that a kernel's inputs and attributes describe. */
export function maskRowsOf(
  inputs: Readonly<Record<string, { data: Numbers }>>,
  { op, shape }: MaskAttributes,
): MaskRows {
  const key = keyOf(...Array.from(inputs.seed.data), op);
  const tokens = { sequences: inputs.sequenceIds.data, positions: inputs.positionIds.data };
  if (shape.length === 2) return hiddenRows(key, shape, tokens);
  return attentionRows(key, shape, { ...tokens, keySequences: inputs.keySequenceIds.data });
}

/** The lowering of what is made from program inputs alone. */
export function refuseInside(): never {
  throw new Error('dropout: the mask is made from program inputs, on the host; pass seed and positions as inputs');
}

/**
 * A mask of zeros and 1/(1 − rate), each entry a pure function of (seed, step, op, sequence, position, channel or head and
 * key position): the same whatever the layout or engine. Made on the host, because tfjs's int32 product does not wrap.
 */
export const dropoutMask: Kernel = {
  name: 'DropoutMask',
  infer: (_, { shape }) => [{ shape: shape as number[], dtype: 'float32' }],
  evaluate: (inputs, attributes, [output]) => {
    const own = attributes as unknown as MaskAttributes;
    const out = new Float64Array(sizeOf(output.shape));
    fillMaskPlainly(maskRowsOf(inputs, own), own.rate, out);
    return [out];
  },
  lower: {
    onnx: refuseInside,
    tensorflow: refuseInside,
  },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]: readonly HostTensor[]) => {
      const own = attributes as unknown as MaskAttributes;
      maskFillers().mask(maskRowsOf(inputs, own), own.rate, out.data as Float32Array);
    },
  },
};

/** Where the random bits of a batch come from: all program inputs. */
export interface DropoutSource {
  /** [2] int32: the run's seed and the optimizer step. */
  readonly seed: tf.Tensor;
  /** [tokens] int32: the sequence's index in the global batch. */
  readonly sequenceIds: tf.Tensor;
  /** [tokens] int32: the position within the sequence. */
  readonly positionIds: tf.Tensor;
}

export interface DropoutOptions {
  /** A probability, taken as a multiple of 2⁻¹⁶. */
  readonly rate: number;
  /** Distinguishes the dropouts of one program. */
  readonly op: number;
  /** Of attention: [rows · keys] int32, the keys' sequences; the queries' own unless given. A sequence's keys lie together. */
  readonly keySequenceIds?: tf.Tensor;
}

/**
 * Zeroes each element with probability `rate` and scales the others by 1/(1 − rate).
 *
 * @param x [tokens, channels], or attention probabilities [rows, heads, queries, keys] whose queries are the source's tokens
 */
export function dropout(
  x: tf.Tensor,
  source: DropoutSource | undefined,
  { rate, op, keySequenceIds = source?.sequenceIds }: DropoutOptions,
): tf.Tensor {
  if (!source || rate === 0) return x;
  const inputs = { ...source, ...(x.rank === 4 && { keySequenceIds: keySequenceIds! }) };
  const mask = tf.engine().runKernel('DropoutMask', inputs, { shape: x.shape, rate, op }) as tf.Tensor;
  return tf.mul(x, mask);
}
