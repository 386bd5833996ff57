import { type ProgramFunction, sequenceBias, splitHeads } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Pass } from '../pass';
import type { Tokens } from './places';
import { rotationAt } from './rope';

/** Names of a layer's keys and values in a program with a cache: those of earlier tokens in its batch, those of new tokens in its outputs. */
export const pastNames = (layer: number) => ({ keys: `past:keys:${layer}`, values: `past:values:${layer}` });
export const newNames = (layer: number) => ({ keys: `new:keys:${layer}`, values: `new:values:${layer}` });

interface KeysAndValues {
  /** Rotated keys, [rows · tokens, keyValueHeads · headDim], or split into heads. */
  readonly key: tf.Tensor;
  /** Values, [rows · tokens, keyValueHeads · headDim], or split into heads. */
  readonly value: tf.Tensor;
}

interface AllKeysAndValues extends KeysAndValues {
  /** Those of earlier tokens, [rows, keyValueHeads, capacity, headDim], unless already joined with the new ones; absent at the beginning. */
  readonly past?: KeysAndValues;
}

/** Keys and values of the tokens that precede a batch, while a program is recorded. */
export interface Cache {
  /** Positions of the new tokens among all tokens. */
  readonly tokens: Tokens;
  /** Adds the keys and values of new tokens and returns those of all tokens, as `attention` takes them. */
  readonly extend: (layer: number, added: KeysAndValues) => AllKeysAndValues;
  /** Keys and values passed to `extend`: `new:keys:i` and `new:values:i` [rows, keyValueHeads, queries, headDim]. */
  readonly added: ReturnType<ProgramFunction>;
}

/** Options of `openCache`. */
export interface CacheOptions {
  /**
   * Whether `extend` concatenates new keys and values with the earlier ones, for a program that returns both together; default
   * false. Attention over the two separately copies nothing.
   */
  readonly isJoined?: boolean;
}

/**
 * Opens the cache for a batch of new tokens.
 *
 * Batch: `inputIds` and `positionIds` [rows, queries], `reads` [reads] (indices into [rows · queries]), `keyIds` and
 * `keyPositionIds` [rows, capacity + queries] (id 0 for a visible key, −1 for an empty place), and per layer
 * `past:keys:i` and `past:values:i` [rows, keyValueHeads, capacity, headDim], which are absent at the beginning.
 */
export function openCache({ batch, config }: Pass, { isJoined = false }: CacheOptions = {}): Cache {
  const { positionIds, keyIds, keyPositionIds } = batch;
  const { headDim, keyValueHeads } = config.decoder!;
  const ids = tf.zerosLike(positionIds);
  const split = { rows: positionIds.shape[0], heads: keyValueHeads };
  const added: Record<string, tf.Tensor> = {};
  return {
    tokens: {
      bias: (window) => sequenceBias(ids, keyIds, { queries: positionIds, keys: keyPositionIds, window }),
      rotation: (rope) => rotationAt(tf.reshape(positionIds, [-1]), headDim, rope),
    },
    extend(layer, own) {
      const [key, value] = [own.key, own.value].map((x) => splitHeads(x, split)); // [rows, keyValueHeads, queries, headDim]
      const [from, names] = [pastNames(layer), newNames(layer)];
      Object.assign(added, { [names.keys]: key, [names.values]: value });
      const past = { key: batch[from.keys], value: batch[from.values] };
      if (isJoined) return { key: withPast(past.key, key), value: withPast(past.value, value) };
      return past.key ? { key, value, past } : { key, value };
    },
    added,
  };
}

/** Keys or values of earlier tokens followed by those of new tokens: [rows, keyValueHeads, capacity + queries, headDim]. */
export const withPast = (past: tf.Tensor | undefined, added: tf.Tensor): tf.Tensor =>
  past ? tf.concat([past, added], 2) : added;
