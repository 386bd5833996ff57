import { float32, type HostTensor } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';
import { type Decoding, rowsWhere } from './decoding';
import { appended, emptyCache, withRows } from './key-value-cache';

/** An input or output tensor of a file, row-major. */
export interface DecoderTensor {
  /** The elements, row-major; ids are 64-bit integers. */
  readonly data: Float32Array | BigInt64Array;
  /** Size of each dimension. */
  readonly shape: readonly number[];
}

type Tensors<Tensor> = Readonly<Record<string, Tensor>>;

/** A file of `exportDecoder` with `reads: 'last'`, opened in a runtime. Its logits, keys and values are float32. */
export interface DecoderFile {
  /** Computes the outputs from inputs by name. Keys and values have the names of the file. */
  run(inputs: Tensors<DecoderTensor>): Promise<
    Tensors<{
      /** The elements, row-major. */
      readonly data: ArrayLike<number | bigint>;
      /** Size of each dimension. */
      readonly shape: readonly number[];
    }>
  >;
}

/** Starts `rows` texts in a file that returns the logits of the last tokens, and keys and values of the new ones. */
export function openFileDecoding(file: DecoderFile, config: ModelConfig, rows: number): Decoding {
  const states = statesOf(config);
  let cache = emptyCache(config, rows);
  return {
    async read(tokens) {
      const { capacity, lengths, tensors } = cache;
      const counts = tokens.map(({ length }) => length);
      const sequence = Math.max(...counts);
      const past = tensors.map(({ data, shape }) => ({ data: data as Float32Array, shape }));
      const outputs = await file.run({
        ...placesOf(tokens, { sequence, before: lengths }),
        attention_mask: maskOf({ lengths, capacity, counts, sequence }),
        ...Object.fromEntries(states.map((place, i) => [pastName(place), past[i]])),
      });
      const added = states.map((place) => asTensor(outputs[newName(place)]));
      const starts = counts.map((count) => sequence - count);
      cache = appended(cache, { tensors: added, counts, starts }, (needed) => roomFor(needed, config));
      return asTensor(outputs.logits);
    },
    shrink(ended) {
      const stay = rowsWhere(ended, false);
      if (stay.length < ended.length) cache = withRows(cache, stay);
      return stay;
    },
  };
}

const asTensor = ({ data, shape }: { data: unknown; shape: readonly number[] }): HostTensor =>
  float32(data as Float32Array, shape);

/** Tokens by which a cache grows. Attention reads all places of the cache, and growing copies them all. */
const capacityStep = 64;

const roomFor = (needed: number, { maxPositions }: ModelConfig): number =>
  Math.min(capacityStep * Math.ceil(needed / capacityStep), maxPositions);

/** New tokens at the end of their rows, with positions that continue those of the tokens `before`. */
function placesOf(
  tokens: readonly (readonly number[])[],
  { sequence, before }: { sequence: number; before: readonly number[] },
): Record<string, DecoderTensor> {
  const shape = [tokens.length, sequence];
  const ids = new BigInt64Array(tokens.length * sequence);
  const positions = new BigInt64Array(tokens.length * sequence);
  tokens.forEach((own, row) => {
    const start = row * sequence + sequence - own.length;
    own.forEach((id, i) => {
      ids[start + i] = BigInt(id);
      positions[start + i] = BigInt(before[row] + i);
    });
  });
  return { input_ids: { data: ids, shape }, position_ids: { data: positions, shape } };
}

interface Places {
  /** Tokens of each row in the cache. */
  readonly lengths: readonly number[];
  readonly capacity: number;
  /** Number of new tokens per row. */
  readonly counts: readonly number[];
  readonly sequence: number;
}

/** 1 for a token, 0 for an empty place: first the cache, then the new tokens. [rows, capacity + sequence] */
function maskOf({ lengths, capacity, counts, sequence }: Places): DecoderTensor {
  const width = capacity + sequence;
  const data = new BigInt64Array(lengths.length * width);
  for (const [row, length] of lengths.entries()) {
    data.fill(1n, row * width, row * width + length);
    data.fill(1n, (row + 1) * width - counts[row], (row + 1) * width);
  }
  return { data, shape: [lengths.length, width] };
}

/** Keys or values of one layer. */
interface StatePlace {
  readonly layer: number;
  readonly kind: 'key' | 'value';
}

/** Names of the keys or values of earlier tokens and of all tokens in Hugging Face's files, and the name of those of the new tokens. */
export const pastName = ({ layer, kind }: StatePlace) => `past_key_values.${layer}.${kind}`;
export const presentName = ({ layer, kind }: StatePlace) => `present.${layer}.${kind}`;
export const newName = ({ layer, kind }: StatePlace) => `new.${layer}.${kind}`;

/** Keys and values of every layer, in the file's order. */
export const statesOf = ({ layers }: ModelConfig): StatePlace[] =>
  Array.from({ length: layers }, (_, layer) => [
    { layer, kind: 'key' as const },
    { layer, kind: 'value' as const },
  ]).flat();
