import { embedding, rotationOf, sequenceBias, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Family } from '../encoder/family';
import type { ForwardOptions } from '../encoder/states';
import { forReads } from '../lora/hook';
import { perhapsRecomputed } from '../recompute';
import { llamaFormat } from './config';
import { afterAttention, applyNorm, attend, decoderLayer, type Places } from './layer';
import { decoder, finalNorm, layerNames, llamaSpecs, words } from './parameters';
import { ropeFrequencies } from './rope-frequencies';

/**
 * Llama: a decoder, each token of which sees its own sequence up to itself. The last of its states is the normalised one.
 *
 * @see Touvron et al.: LLaMA (2023), Llama 2 (2023); transformers' LlamaModel
 */
export const llama: Family = {
  format: llamaFormat,
  prefix: 'model',
  specs: llamaSpecs,
  finalNorm,
  heads: { causalLanguageModel: { decoder, words: `${words}.weight` } },
  forward: (batch, parameters, options) => {
    const { config } = options;
    const places = placesOf(batch, options);
    const layers = Array.from({ length: config.layers }, (_, index) => ({
      index,
      names: layerNames(index),
      config,
      parameters,
    }));
    const [last] = layers.slice(-1);
    const states = [embedding(parameters[`${words}.weight`], batch.inputIds)]; // [tokens, hidden]
    for (const layer of layers.slice(0, -1)) {
      const apply = (x: tf.Tensor) => decoderLayer(x, layer, places);
      states.push(perhapsRecomputed(apply, states[layer.index], layer));
    }
    const before = states[last.index];
    const attended = attend(before, last, places);
    const finish = (x: tf.Tensor, attended: tf.Tensor, layer = last) =>
      applyNorm(afterAttention(x, attended, layer), layer, finalNorm);
    // Of the last layer a head needs the tokens it reads: after attention, nothing is computed for the others.
    const reading = { ...last, parameters: forReads(parameters) };
    const read = finish(embedding(before, batch.reads), embedding(attended, batch.reads), reading); // [reads, hidden]
    return { states: [...states, finish(before, attended)], read };
  },
};

function placesOf({ sequenceIds, positionIds }: Tensors, { config, source }: ForwardOptions): Places {
  const { headDim, rope } = config.decoder!;
  const positions = tf.reshape(positionIds, sequenceIds.shape); // [rows, length]
  return {
    bias: sequenceBias(sequenceIds, sequenceIds, { queries: positions }),
    rotation: rotationOf(positionIds, ropeFrequencies(headDim, rope)),
    source,
  };
}
