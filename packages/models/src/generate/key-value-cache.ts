import { float32, type HostTensors } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import { newNames, pastNames } from './cached-forward';

/** Keys and values of the tokens so far, row by row, with room for more. */
export interface KeyValueCache {
  /** Tokens that each row has room for: 0, or a power of two, or the model's positions. */
  readonly capacity: number;
  /** Tokens that each row has. */
  readonly lengths: readonly number[];
  /** By the names of a cached program's batch, each [rows, capacity, width]; none while the capacity is 0. */
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
  const width = widthOf(config);
  for (const [from, to] of namePairs(config)) {
    const { data, shape } = outputs[from];
    const queries = shape[0] / counts.length;
    counts.forEach((count, row) => {
      const added = data.subarray(row * queries * width, (row * queries + count) * width);
      roomy.tensors[to].data.set(added, (row * roomy.capacity + cache.lengths[row]) * width);
    });
  }
  return { ...roomy, lengths };
}

/** Few capacities, so that few shapes are compiled. */
function withRoom(cache: KeyValueCache, needed: number, config: ModelConfig): KeyValueCache {
  if (needed <= cache.capacity) return cache;
  const capacity = Math.min(Math.max(powerOfTwo(needed), leastCapacity), config.maxPositions);
  const [rows, width] = [cache.lengths.length, widthOf(config)];
  const grown = namePairs(config).map(([, name]) => {
    const data = new Float32Array(rows * capacity * width);
    const old = cache.tensors[name]?.data;
    for (let row = 0; old && row < rows; row++)
      data.set(
        old.subarray(row * cache.capacity * width, (row + 1) * cache.capacity * width) as Float32Array,
        row * capacity * width,
      );
    return [name, float32(data, [rows, capacity, width])];
  });
  return { ...cache, capacity, tensors: Object.fromEntries(grown) };
}

const widthOf = ({ decoder }: ModelConfig): number => decoder!.keyValueHeads * decoder!.headDim;

/** Where a cached program puts each tensor, and where it wants it. */
const namePairs = ({ layers }: ModelConfig): [from: string, to: string][] =>
  Array.from({ length: layers }, (_, layer) => {
    const [from, to] = [newNames(layer), pastNames(layer)];
    return [
      [from.keys, to.keys],
      [from.values, to.values],
    ] as [string, string][];
  }).flat();
