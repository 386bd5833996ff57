import { float32 } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';
import type { Decoding } from './decoding';

/** A tensor at the border of a file, row-major. */
export interface DecoderTensor {
  /** The elements, row-major; ids are 64-bit integers. */
  readonly data: Float32Array | BigInt64Array;
  /** Size of each dimension. */
  readonly shape: readonly number[];
}

type Tensors<Tensor> = Readonly<Record<string, Tensor>>;

/** A decoder as the file of `exportDecoder`, opened in a runtime: its logits and states are float32. */
export interface DecoderFile {
  /** Computes the outputs of named inputs; keys and values go in and out by the file's names. */
  run(inputs: Tensors<DecoderTensor>): Promise<
    Tensors<{
      /** The elements, row-major. */
      readonly data: ArrayLike<number | bigint>;
      /** Size of each dimension. */
      readonly shape: readonly number[];
    }>
  >;
}

/**
 * Starts `rows` texts in a file whose logits are those of the last tokens (`exportDecoder` with `reads: 'last'`).
 *
 * Rows end together: what a row lacks of the longest comes before its tokens, at places that are never seen. Keys and values stay the
 * runtime's own tensors.
 */
export function openFileDecoding(file: DecoderFile, config: ModelConfig, rows: number): Decoding {
  const unseen: number[][] = Array.from({ length: rows }, () => []);
  const states = statesOf(config);
  const { keyValueHeads, headDim } = config.decoder!;
  const empty: DecoderTensor = { data: new Float32Array(0), shape: [rows, keyValueHeads, 0, headDim] };
  let past = Object.fromEntries(states.map((place) => [pastName(place), empty]));
  let total = 0;
  return {
    async read(tokens) {
      const sequence = Math.max(...tokens.map(({ length }) => length));
      const before = unseen.map((places) => total - places.length);
      tokens.forEach(({ length }, row) => {
        for (let i = length; i < sequence; i++) unseen[row].push(total + i - length);
      });
      total += sequence;
      const outputs = await file.run({
        ...placesOf(tokens, { sequence, before }),
        attention_mask: maskOf(unseen, total),
        ...past,
      });
      past = Object.fromEntries(states.map((place) => [pastName(place), asTensor(outputs[presentName(place)])]));
      const { data, shape } = asTensor(outputs.logits);
      return float32(data, shape);
    },
  };
}

const asTensor = ({ data, shape }: { data: unknown; shape: readonly number[] }) => ({
  data: data as Float32Array,
  shape,
});

/** New tokens at the end of their rows, counted on from the ones `before`. */
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

/** 1 for a token, 0 for a place that holds none. [rows, total] */
function maskOf(unseen: readonly (readonly number[])[], total: number): DecoderTensor {
  const data = new BigInt64Array(unseen.length * total).fill(1n);
  unseen.forEach((places, row) => {
    for (const place of places) data[row * total + place] = 0n;
  });
  return { data, shape: [unseen.length, total] };
}

/** Keys or values of a layer. */
interface StatePlace {
  readonly layer: number;
  readonly kind: 'key' | 'value';
}

/** What Hugging Face's exporters call the keys or values of earlier tokens, and those of all. */
export const pastName = ({ layer, kind }: StatePlace) => `past_key_values.${layer}.${kind}`;
export const presentName = ({ layer, kind }: StatePlace) => `present.${layer}.${kind}`;

/** All that a decoder keeps of its tokens, in the file's order. */
export const statesOf = ({ layers }: ModelConfig): StatePlace[] =>
  Array.from({ length: layers }, (_, layer) => [
    { layer, kind: 'key' as const },
    { layer, kind: 'value' as const },
  ]).flat();
