import type { Sequence } from '@attune/models';

export interface PaddedOptions {
  /** Most sequences a batch; as many as `batchTokens` allows unless given. */
  readonly batchSize?: number;
  /** Most tokens a batch, padding included; a sequence longer than that is a batch of its own. */
  readonly batchTokens: number;
}

/** Indices of the sequences, longest first, in batches of neighbours: next to nothing is padding. */
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
