import { float32, type HostTensor, type HostTensors, sizeOf } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';
import { newNames, pastNames } from '../llama/cache';

/** Keys and values of the tokens so far, row by row, with room for more. */
export interface KeyValueCache {
  /** Tokens that each row has room for: 0, or a power of two, or the model's positions. */
  readonly capacity: number;
  /** Tokens that each row has. */
  readonly lengths: readonly number[];
  /** By the names of a cached program's batch, each [rows, keyValueHeads, capacity, headDim]; none while the capacity is 0. */
  readonly tensors: HostTensors;
}

const leastCapacity = 64;

export const emptyCache = (rows: number): KeyValueCache => ({
  capacity: 0,
  lengths: new Array(rows).fill(0),
  tensors: {},
});

/** The least power of two that is at least `count`. */
export const powerOfTwo = (count: number): number => 2 ** Math.ceil(Math.log2(count));

/**
 * The cache with the new tokens of each row behind its earlier ones. Where there is room it is the same memory.
 *
 * @param outputs of a cached program; of row i the first `counts[i]` tokens are kept
 */
export function appended(
  cache: KeyValueCache,
  outputs: HostTensors,
  { config, counts }: { config: ModelConfig; counts: readonly number[] },
): KeyValueCache {
  const lengths = cache.lengths.map((length, row) => length + counts[row]);
  const roomy = withRoom(cache, Math.max(...lengths), config);
  for (const [from, to] of namePairs(config))
    copyTokens(outputs[from], roomy.tensors[to], { counts, starts: cache.lengths });
  return { ...roomy, lengths };
}

/** Few capacities, so that few shapes are compiled. */
function withRoom(cache: KeyValueCache, needed: number, config: ModelConfig): KeyValueCache {
  if (needed <= cache.capacity) return cache;
  const capacity = Math.min(Math.max(powerOfTwo(needed), leastCapacity), config.maxPositions);
  const { keyValueHeads, headDim } = config.decoder!;
  const shape = [cache.lengths.length, keyValueHeads, capacity, headDim];
  const starts = cache.lengths.map(() => 0);
  const grown = namePairs(config).map(([, name]) => {
    const tensor = float32(new Float32Array(sizeOf(shape)), shape);
    if (cache.capacity > 0) copyTokens(cache.tensors[name], tensor, { counts: cache.lengths, starts });
    return [name, tensor];
  });
  return { ...cache, capacity, tensors: Object.fromEntries(grown) };
}

/** Copies each row's first `counts[row]` tokens to its places from `starts[row]` on, head by head: both [rows, heads, tokens, headDim]. */
function copyTokens(
  from: HostTensor,
  to: HostTensor,
  { counts, starts }: { counts: readonly number[]; starts: readonly number[] },
): void {
  const [, heads, , headDim] = to.shape;
  counts.forEach((count, row) => {
    for (let head = 0; head < heads; head++) {
      const [source, target] = [from, to].map(({ shape }) => (row * heads + head) * shape[2] * headDim);
      to.data.set(from.data.subarray(source, source + count * headDim), target + starts[row] * headDim);
    }
  });
}

/** Where a cached program puts each tensor, and where it wants it. */
const namePairs = ({ layers }: ModelConfig): [from: string, to: string][] =>
  Array.from({ length: layers }, (_, layer) => {
    const [from, to] = [newNames(layer), pastNames(layer)];
    return [
      [from.keys, to.keys],
      [from.values, to.values],
    ] as [string, string][];
  }).flat();
