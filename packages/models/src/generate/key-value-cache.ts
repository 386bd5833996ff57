import { float32, type HostTensor, sizeOf } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';

/**
 * Keys and values of the tokens so far, row by row, with room for more. A program reads them in place and returns those of new tokens,
 * which are appended: nothing else is copied per token.
 */
export interface KeyValueCache {
  /** Tokens per row for which there is room. */
  readonly capacity: number;
  /** Number of tokens in each row. */
  readonly lengths: readonly number[];
  /** Two per layer, in the order of `added`, each [rows, keyValueHeads, capacity, headDim]. */
  readonly tensors: readonly HostTensor[];
}

/** An empty cache of `rows` texts. */
export function emptyCache({ layers, decoder }: ModelConfig, rows: number): KeyValueCache {
  const { keyValueHeads, headDim } = decoder!;
  const tensors = Array.from({ length: 2 * layers }, () =>
    float32(new Float32Array(0), [rows, keyValueHeads, 0, headDim]),
  );
  return { capacity: 0, lengths: new Array(rows).fill(0), tensors };
}

/** Keys and values of new tokens. */
interface Added {
  /** Two per layer, [rows, keyValueHeads, queries, headDim], with as many rows as the cache. */
  readonly tensors: readonly HostTensor[];
  /** Number of queries in each row that are tokens, counted from `starts`. */
  readonly counts: readonly number[];
  readonly starts: readonly number[];
}

/**
 * The cache with the new tokens of each row appended. Uses the same memory if there is room.
 *
 * @param capacityFor capacity to allocate for a required number of tokens if there is no room
 */
export function appended(
  cache: KeyValueCache,
  { tensors, counts, starts }: Added,
  capacityFor: (needed: number) => number,
): KeyValueCache {
  const lengths = cache.lengths.map((length, row) => length + counts[row]);
  const needed = Math.max(...lengths);
  const roomy = needed <= cache.capacity ? cache : grown(cache, capacityFor(needed));
  for (const [i, from] of tensors.entries())
    copyTokens(from, roomy.tensors[i], { counts, from: starts, to: cache.lengths });
  return { ...roomy, lengths };
}

function grown({ lengths, tensors }: KeyValueCache, capacity: number): KeyValueCache {
  const starts = lengths.map(() => 0);
  const larger = tensors.map((tensor) => {
    const [rows, heads, , headDim] = tensor.shape;
    const shape = [rows, heads, capacity, headDim];
    const roomy = float32(new Float32Array(sizeOf(shape)), shape);
    copyTokens(tensor, roomy, { counts: lengths, from: starts, to: starts });
    return roomy;
  });
  return { capacity, lengths, tensors: larger };
}

/** The cache with only some of its rows, in order, in the same memory. */
export function withRows({ capacity, lengths, tensors }: KeyValueCache, rows: readonly number[]): KeyValueCache {
  const kept = tensors.map(({ data, shape: [all, ...shape] }) => {
    const width = data.length / all;
    for (const [to, from] of rows.entries()) data.copyWithin(to * width, from * width, (from + 1) * width);
    return float32((data as Float32Array).subarray(0, rows.length * width), [rows.length, ...shape]);
  });
  return { capacity, lengths: rows.map((row) => lengths[row]), tensors: kept };
}

interface Copied {
  readonly counts: readonly number[];
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Copies `counts[row]` tokens of each row, head by head: both tensors [rows, heads, tokens, headDim]. */
function copyTokens(source: HostTensor, target: HostTensor, { counts, from, to }: Copied): void {
  const [, heads, , headDim] = target.shape;
  for (const [row, count] of counts.entries()) {
    if (count === 0) continue;
    for (let head = 0; head < heads; head++) {
      const [first, place] = [source, target].map(({ shape }) => (row * heads + head) * shape[2]);
      const own = source.data.subarray((first + from[row]) * headDim, (first + from[row] + count) * headDim);
      target.data.set(own, (place + to[row]) * headDim);
    }
  }
}
