import {
  attention,
  byHeads,
  embedding,
  type ProgramFunction,
  rotationOf,
  sequenceBias,
  type Tensors,
} from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';
import { causalLanguageModelling } from '../heads/causal-language-model';
import { afterAttention, applyNorm, type Layer, type Places, projected } from '../llama/layer';
import { finalNorm, layerNames, words } from '../llama/parameters';
import { ropeFrequencies } from '../llama/rope-frequencies';

/** A layer's keys and values in a cached program: of earlier tokens in its batch, of the new ones in its outputs. */
export const pastNames = (layer: number) => ({ keys: `past:keys:${layer}`, values: `past:values:${layer}` });
export const newNames = (layer: number) => ({ keys: `new:keys:${layer}`, values: `new:values:${layer}` });

/**
 * A Llama over new tokens alone: the keys and values of those before them come with the batch, those of the new ones go out.
 *
 * Batch: `inputIds` and `positionIds` [rows, queries], `reads` [reads] (indices into [rows · queries]), `keyIds` and
 * `keyPositionIds` [rows, capacity + queries] (id 0 for a key that is seen, −1 for an empty place), and of each layer
 * `past:keys:i` and `past:values:i` [rows, keyValueHeads, capacity, headDim], which are left out at the beginning.
 * Outputs: `logits` [reads, vocab] of the tokens read, `new:keys:i` and `new:values:i` [rows, keyValueHeads, queries, headDim],
 * keys turned by their positions already.
 */
export function cachedForward(config: ModelConfig): ProgramFunction {
  return (batch, parameters) => {
    const places = placesOf(batch, config);
    const outputs: Record<string, tf.Tensor> = {};
    const idsInOneRow = tf.reshape(batch.inputIds, [-1]); // [rows · queries]
    let x = embedding(parameters[`${words}.weight`], idsInOneRow); // [rows · queries, hidden]
    for (let index = 0; index < config.layers; index++) {
      const layer = { index, names: layerNames(index), config, parameters };
      const { attended, key, value } = attendCached(x, layer, { ...places, batch });
      const names = newNames(index);
      Object.assign(outputs, { [names.keys]: key, [names.values]: value });
      const isLast = index === config.layers - 1;
      // After the last attention nothing is computed for tokens that are not read.
      const pick = (y: tf.Tensor) => (isLast ? embedding(y, batch.reads) : y);
      x = afterAttention(pick(x), pick(attended), layer);
    }
    const read = applyNorm(x, { parameters, config }, finalNorm); // [rows, hidden]
    const inputs = { states: [], batch, parameters, config, drop: (y: tf.Tensor) => y };
    return { logits: causalLanguageModelling.logits(read, inputs), ...outputs };
  };
}

function placesOf({ positionIds, keyIds, keyPositionIds }: Tensors, { decoder }: ModelConfig): Places {
  const { headDim, rope } = decoder!;
  return {
    bias: sequenceBias(tf.zerosLike(positionIds), keyIds, { queries: positionIds, keys: keyPositionIds }),
    rotation: rotationOf(tf.reshape(positionIds, [-1]), ropeFrequencies(headDim, rope)),
  };
}

interface CachedPlaces extends Places {
  readonly batch: Tensors;
}

/** `attend` of a layer, with the keys and values before the new ones. */
function attendCached(x: tf.Tensor, layer: Layer, { bias, rotation, batch }: CachedPlaces) {
  const { config, index } = layer;
  const past = pastNames(index);
  const { keyValueHeads } = config.decoder!;
  const { query, ...added } = projected(x, layer, rotation); // [rows · queries, …]
  const [key, value] = [added.key, added.value].map((own) =>
    byHeads(own, { rows: bias.shape[0], heads: keyValueHeads }),
  );
  const attended = attention({
    query,
    key: withPast(batch[past.keys], key),
    value: withPast(batch[past.values], value),
    bias,
    heads: config.heads,
    keyValueHeads,
    dropout: (probabilities) => probabilities,
  });
  return { attended, key, value };
}

/** Keys or values of new tokens after those of the earlier ones: [rows, keyValueHeads, capacity + queries, headDim]. */
export const withPast = (past: tf.Tensor | undefined, added: tf.Tensor): tf.Tensor =>
  past ? tf.concat([past, added], 2) : added;
