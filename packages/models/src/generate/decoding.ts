import {
  type CompiledProgram,
  float32,
  type HostTensor,
  type HostTensors,
  int32,
  type ProgramFunction,
  sizeOf,
} from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';
import { newNames, openCache, pastNames } from '../decoder/cache';
import { families } from '../families';
import { headInputs } from '../heads/head';
import { headOf } from '../heads/tasks';
import type { Model } from '../model';

/** Texts that are being written, one a row. */
export interface Decoding {
  /**
   * Reads more tokens of each row, none where a row has ended.
   * @returns `[rows, vocab]`: logits of the token after each row's last; of a row that read none they mean nothing
   */
  read(tokens: readonly (readonly number[])[]): Promise<HostTensor>;
}

interface DecodingModel {
  readonly config: ModelConfig;
  readonly parameters: HostTensors;
  /** `cachedProgram`, compiled. */
  readonly program: CompiledProgram;
}

/** Starts `rows` texts: the first `read` takes whole prompts, the later ones a token a row. */
export function openDecoding({ config, parameters, program }: DecodingModel, rows: number): Decoding {
  let cache = emptyCache(rows);
  return {
    async read(tokens) {
      const { logits, ...outputs } = await program.run(batchOf(tokens, cache), parameters);
      cache = appended(cache, outputs, { config, counts: tokens.map(({ length }) => length) });
      return logits;
    },
  };
}

/**
 * A decoder over new tokens alone, with its adapters and its quantized matrices if it has any: the keys and values of the tokens before come
 * with the batch (see `openCache`), those of the new ones go out.
 *
 * Outputs: `logits` [reads, vocab] of the tokens in `reads`, `new:keys:i` and `new:values:i` [rows, keyValueHeads, queries, headDim],
 * keys turned by their positions already.
 */
export function cachedProgram({ config, openPass }: Pick<Model, 'config' | 'openPass'>): ProgramFunction {
  const { heads, forward } = families[config.modelType];
  const head = headOf(heads, 'causal-lm')!;
  return (batch, parameters) => {
    const pass = openPass(batch, parameters);
    const cache = openCache(pass);
    const { states, headStates } = forward(pass, cache);
    return { logits: head.logits(headStates, headInputs(pass, states)), ...cache.added };
  };
}

/** New tokens begin a row's queries; what fills up the row comes after them, at positions that they do not see. */
function batchOf(tokens: readonly (readonly number[])[], { capacity, lengths, tensors }: KeyValueCache): HostTensors {
  const rows = tokens.length;
  const queries = powerOfTwo(Math.max(...tokens.map(({ length }) => length)));
  const keys = capacity + queries;
  const perQuery = (of: (row: number, i: number) => number) =>
    int32(
      Int32Array.from({ length: rows * queries }, (_, at) => of(Math.floor(at / queries), at % queries)),
      [rows, queries],
    );
  const perKey = (of: (row: number, i: number) => number) =>
    int32(
      Int32Array.from({ length: rows * keys }, (_, at) => of(Math.floor(at / keys), at % keys)),
      [rows, keys],
    );
  const isSeen = (row: number, i: number) => (i < capacity ? i < lengths[row] : i - capacity < tokens[row].length);
  return {
    inputIds: perQuery((row, i) => tokens[row][i] ?? 0),
    positionIds: perQuery((row, i) => lengths[row] + i),
    keyIds: perKey((row, i) => (isSeen(row, i) ? 0 : -1)),
    keyPositionIds: perKey((row, i) => (i < capacity ? i : lengths[row] + i - capacity)),
    reads: int32(tokens.map(({ length }, row) => row * queries + Math.max(length - 1, 0))),
    ...tensors,
  };
}

/** Keys and values of the tokens so far, row by row, with room for more. */
interface KeyValueCache {
  /** Tokens that each row has room for: 0, or a power of two, or the model's positions. */
  readonly capacity: number;
  /** Tokens that each row has. */
  readonly lengths: readonly number[];
  /** By the names of a cached program's batch, each [rows, keyValueHeads, capacity, headDim]; none while the capacity is 0. */
  readonly tensors: HostTensors;
}

const leastCapacity = 64;

const emptyCache = (rows: number): KeyValueCache => ({
  capacity: 0,
  lengths: new Array(rows).fill(0),
  tensors: {},
});

/** The least power of two that is at least `count`. */
const powerOfTwo = (count: number): number => 2 ** Math.ceil(Math.log2(count));

/**
 * The cache with the new tokens of each row behind its earlier ones. Where there is room it is the same memory.
 *
 * @param outputs of a cached program; of row i the first `counts[i]` tokens are kept
 */
function appended(
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
