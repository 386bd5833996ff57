import type { HostTensors } from '@attune/engine';
import { packSequences, type Sequence } from '@attune/models';

/** A packed batch, the examples it holds, and its real tokens. */
export interface Batch {
  readonly tensors: HostTensors;
  /** Indices into the data set; read `i` of the batch belongs to `examples[i]`. */
  readonly examples: Int32Array;
  readonly tokens: number;
}

export interface BatchOptions {
  readonly batchSize: number;
  readonly rowLength: number;
  readonly padTokenId: number;
}

/** Shorter rows leave too many remainders; attention across this number of tokens costs little. */
const shortestRow = 32;

/**
 * The row length for a data set: its longest sequence, rounded up to a multiple of 8.
 *
 * @example
 * rowLengthFor([{ ids: [2, 9, 3] }]); // 32, the least
 */
export function rowLengthFor(sequences: readonly Sequence[]): number {
  const longest = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 1);
  return Math.max(shortestRow, Math.ceil(longest / 8) * 8);
}

/**
 * Row lengths for batches that differ much in their tokens: four from one power of two to the next, so that there are few, and the
 * longest. A batch takes the row length that leaves the fewest places empty.
 *
 * @example
 * rowLengthsUpTo(208); // [32, 64, 96, 128, 160, 192, 208]
 */
export function rowLengthsUpTo(longest: number): readonly number[] {
  const lengths: number[] = [];
  for (let length = shortestRow; length < longest; length += Math.max(shortestRow, powerBelow(length) / 4))
    lengths.push(length);
  return [...lengths, longest];
}

const powerBelow = (length: number): number => 2 ** Math.floor(Math.log2(length));

/** Batches of `batchSize` examples in the given order; the last one may hold fewer, in the same shape of reads. */
export function* packedBatches(
  sequences: readonly Sequence[],
  order: Int32Array,
  { batchSize, rowLength, padTokenId }: BatchOptions,
): Generator<Batch> {
  for (let start = 0; start < order.length; start += batchSize) {
    const examples = order.slice(start, start + batchSize);
    const chosen = Array.from(examples, (i) => sequences[i]);
    const packed = packSequences(chosen, { rowLength, padTokenId, minimumReads: batchSize });
    const tokens = chosen.reduce((total, { ids }) => total + ids.length, 0);
    yield { tensors: { ...packed }, examples, tokens };
  }
}

interface PaddedOptions {
  /** Most sequences per batch; default as many as `batchTokens` allows. */
  readonly batchSize?: number;
  /** Most tokens per batch, padding included; a longer sequence is a batch alone. */
  readonly batchTokens: number;
}

/** Indices of the sequences, longest first, in batches of neighbors: almost nothing is padding. */
export function* paddedBatches(
  sequences: readonly Sequence[],
  { batchSize = Number.POSITIVE_INFINITY, batchTokens }: PaddedOptions,
): Generator<Int32Array> {
  const order = longestFirst(sequences);
  let start = 0;
  while (start < order.length) {
    const fitting = Math.floor(batchTokens / sequences[order[start]].ids.length);
    const end = start + Math.max(1, Math.min(fitting, batchSize));
    yield order.slice(start, end);
    start = end;
  }
}

/** Indices of the sequences, the longest one's first; equal ones in their order. */
export function longestFirst(sequences: readonly Sequence[]): Int32Array {
  const order = Int32Array.from(sequences, (_, i) => i);
  return order.sort((a, b) => sequences[b].ids.length - sequences[a].ids.length || a - b);
}
