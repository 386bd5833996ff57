import * as tf from '@tensorflow/tfjs-core';
import { fold, keyOf } from '../host/random';
import type { Kernel } from '../kernels/kernel';
import { type HostTensor, sizeOf } from '../tensor';

type Numbers = ArrayLike<number>;
type Mask = Float32Array | Float64Array;

/** `rate` as a bound on 32-bit numbers: below it, an element is dropped. */
const threshold = (rate: number) => Math.round(rate * 2 ** 32);

/** out[t, c] = 0 with probability `rate`, else 1/(1 − rate). */
function hiddenMask(key: number, rate: number, { sequences, positions }: Coordinates, out: Mask): void {
  const width = out.length / positions.length;
  const [limit, keep] = [threshold(rate), 1 / (1 - rate)];
  for (let t = 0; t < positions.length; t++) {
    const row = fold(fold(key, sequences[t]), positions[t]);
    for (let c = 0; c < width; c++) out[t * width + c] = fold(row, c) >>> 0 < limit ? 0 : keep;
  }
}

/** The same for out[row, head, query, key]; entries across sequences, whose probability is 0, stay 0. */
function attentionMask(
  key: number,
  rate: number,
  coordinates: Coordinates & { heads: number; length: number },
  out: Mask,
): void {
  const { sequences, positions, heads, length } = coordinates;
  const [limit, keep] = [threshold(rate), 1 / (1 - rate)];
  for (let start = 0; start < positions.length; start += length)
    for (let head = 0; head < heads; head++) {
      const headKey = fold(key, head);
      for (let query = start; query < start + length; query++) {
        const row = fold(fold(headKey, sequences[query]), positions[query]);
        const to = (start * heads + head * length + (query - start)) * length;
        for (let k = 0; k < length; k++)
          if (sequences[start + k] === sequences[query])
            out[to + k] = fold(row, positions[start + k]) >>> 0 < limit ? 0 : keep;
          else out[to + k] = 0;
      }
    }
}

interface Coordinates {
  readonly sequences: Numbers;
  readonly positions: Numbers;
}

interface Attributes {
  readonly op: number;
  readonly rate: number;
  readonly shape: readonly number[];
}

function fill(inputs: Readonly<Record<string, { data: Numbers }>>, attributes: Attributes, out: Mask): void {
  const { op, rate, shape } = attributes;
  const key = keyOf(...Array.from(inputs.seed.data), op);
  const coordinates = { sequences: inputs.sequenceIds.data, positions: inputs.positionIds.data };
  if (shape.length === 2) hiddenMask(key, rate, coordinates, out);
  else attentionMask(key, rate, { ...coordinates, heads: shape[1], length: shape[3] }, out);
}

/**
 * A mask of zeros and 1/(1 − rate), each entry a pure function of (seed, step, op, sequence, position, channel or key
 * position): the same whatever the layout or engine. Made on the host, because tfjs's int32 product does not wrap.
 */
export const dropoutMask: Kernel = {
  name: 'DropoutMask',
  infer: (_, { shape }) => [{ shape: shape as number[], dtype: 'float32' }],
  evaluate: (inputs, attributes, [output]) => {
    const out = new Float64Array(sizeOf(output.shape));
    fill(inputs, attributes as unknown as Attributes, out);
    return [out];
  },
  lower: {
    onnx: () => {
      throw new Error('dropout: the mask is made from program inputs, on the host; pass seed and positions as inputs');
    },
  },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]: readonly HostTensor[]) =>
      fill(inputs, attributes as unknown as Attributes, out.data as Float32Array),
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

/**
 * Zeroes each element with probability `rate` and scales the others by 1/(1 − rate).
 *
 * @param x [tokens, channels], or attention probabilities [rows, heads, length, length]
 * @param op distinguishes the dropouts of one program
 */
export function dropout(
  x: tf.Tensor,
  source: DropoutSource | undefined,
  { rate, op }: { rate: number; op: number },
): tf.Tensor {
  if (!source || rate === 0) return x;
  const mask = tf.engine().runKernel('DropoutMask', { ...source }, { shape: x.shape, rate, op }) as tf.Tensor;
  return tf.mul(x, mask);
}
