import { float32, type HostTensor, sizeOf } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';

/**
 * Keys and values of the tokens so far, row by row, with room for more. A program reads them where they are and gives those of new tokens
 * alone, which are written behind them: nothing else is copied for a token.
 */
export interface KeyValueCache {
  /** Tokens that each row has room for. */
  readonly capacity: number;
  /** Tokens that each row has. */
  readonly lengths: readonly number[];
  /** Two of each layer, in the order of `added`, each [rows, keyValueHeads, capacity, headDim]. */
  readonly tensors: readonly HostTensor[];
}

/** The cache of `rows` texts without a token. */
export function emptyCache({ layers, decoder }: ModelConfig, rows: number): KeyValueCache {
  const { keyValueHeads, headDim } = decoder!;
  const tensors = Array.from({ length: 2 * layers }, () =>
    float32(new Float32Array(0), [rows, keyValueHeads, 0, headDim]),
  );
  return { capacity: 0, lengths: new Array(rows).fill(0), tensors };
}

/** Keys and values of new tokens. */
interface Added {
  /** Two of each layer, [rows, keyValueHeads, queries, headDim], rows as many as the cache's. */
  readonly tensors: readonly HostTensor[];
  /** The queries of each row that are tokens: so many, from `starts` on. */
  readonly counts: readonly number[];
  readonly starts: readonly number[];
}

/**
 * The cache with the new tokens of each row behind its earlier ones. Where there is room it is the same memory.
 *
 * @param capacityFor tokens to make room for, where so many are needed and there is no room
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

/** The cache of some of its rows, in their order, in the same memory. */
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
