import { type CompiledProgram, type HostTensor, type HostTensors, int32, type ProgramFunction } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';
import { type CacheOptions, newNames, openCache, pastNames } from '../decoder/cache';
import { families } from '../families';
import { headInputs } from '../heads/head';
import { headOf } from '../heads/tasks';
import type { Model } from '../model';
import { appended, emptyCache, type KeyValueCache, withRows } from './key-value-cache';

/** Texts that are being generated, one per row. */
export interface Decoding {
  /**
   * Reads further tokens of each row; none for a row that has ended.
   * @returns `[rows, vocab]`: logits of the token after the last one of each row; undefined in rows that read no token
   */
  read(tokens: readonly (readonly number[])[]): Promise<HostTensor>;
  /**
   * Drops rows that have ended, if that saves time.
   * @returns the remaining rows, in order: the next `read` takes tokens of these rows only
   */
  shrink(ended: readonly boolean[]): readonly number[];
}

interface DecodingModel {
  readonly config: ModelConfig;
  readonly parameters: HostTensors;
  /** `cachedProgram`, compiled. */
  readonly program: CompiledProgram;
}

/** Starts `rows` texts: the first `read` takes whole prompts, later ones take one token per row. */
export function openDecoding({ config, parameters, program }: DecodingModel, rows: number): Decoding {
  const names = namesOf(config);
  let cache = emptyCache(config, rows);
  return {
    async read(tokens) {
      const { logits, ...outputs } = await program.run(batchOf(tokens, cache, names.past), parameters);
      const counts = tokens.map(({ length }) => length);
      const added = { tensors: names.added.map((name) => outputs[name]), counts, starts: counts.map(() => 0) };
      cache = appended(cache, added, (needed) => roomFor(needed, config));
      return logits;
    },
    // Each number of rows compiles a separate program, so the number is at least halved each time.
    shrink(ended) {
      const going = rowsWhere(ended, false);
      const stay = 2 * going.length > ended.length ? [...ended.keys()] : going;
      if (stay.length < ended.length) cache = withRows(cache, stay);
      return stay;
    },
  };
}

/** Indices of rows that have ended, or that have not. */
export const rowsWhere = (ended: readonly boolean[], value: boolean): number[] =>
  Array.from(ended.keys()).filter((row) => ended[row] === value);

/**
 * A decoder program over new tokens, with adapters and quantized matrices if the model has them. Keys and values of earlier tokens are
 * inputs in the batch (see `openCache`); those of the new tokens are outputs.
 *
 * Outputs: `logits` [reads, vocab] of the tokens in `reads`, `new:keys:i` and `new:values:i` [rows, keyValueHeads, queries, headDim],
 * with rotated keys.
 */
export function cachedProgram(
  { config, openPass }: Pick<Model, 'config' | 'openPass'>,
  options?: CacheOptions,
): ProgramFunction {
  const { heads, forward } = families[config.modelType];
  const head = headOf(heads, 'causal-lm')!;
  return (batch, parameters) => {
    const pass = openPass(batch, parameters);
    const cache = openCache(pass, options);
    const { states, headStates } = forward(pass, cache);
    return { logits: head.logits(headStates, headInputs(pass, states)), ...cache.added };
  };
}

/** New tokens are at the start of a row's queries; padding follows, at positions that they do not attend to. */
function batchOf(
  tokens: readonly (readonly number[])[],
  { capacity, lengths, tensors }: KeyValueCache,
  pastNames: readonly string[],
): HostTensors {
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
    ...(capacity > 0 && Object.fromEntries(pastNames.map((name, i) => [name, tensors[i]]))),
  };
}

const leastCapacity = 64;

/** Only powers of two, or the model's context, so that few shapes are compiled. */
const roomFor = (needed: number, { maxPositions }: ModelConfig): number =>
  Math.min(Math.max(powerOfTwo(needed), leastCapacity), maxPositions);

/** The smallest power of two that is at least `count`. */
const powerOfTwo = (count: number): number => 2 ** Math.ceil(Math.log2(count));

/** Input and output names of keys and values in a cached program, in the order of a cache's tensors. */
function namesOf({ layers }: ModelConfig): { readonly past: readonly string[]; readonly added: readonly string[] } {
  const namesIn = (names: typeof pastNames) =>
    Array.from({ length: layers }, (_, layer) => Object.values(names(layer))).flat();
  return { past: namesIn(pastNames), added: namesIn(newNames) };
}
