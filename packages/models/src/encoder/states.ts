import { type DropoutSource, dropout, sequenceBias, type Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';
import { perhapsRecomputed } from '../recompute';
import { encoderLayer, type LayerNames } from './layer';
import { applyLayerNorm } from './modules';
import { readLayer } from './read-layer';

export interface ForwardOptions {
  readonly config: ModelConfig;
  /** Where dropout's bits come from; nothing is dropped without it. */
  readonly source?: DropoutSource;
}

/** Where one post-norm family differs from another after its embeddings. */
export interface PostNormEncoder {
  readonly embeddingsNorm: string;
  readonly layerNames: (layer: number) => LayerNames;
  /** BERT drops after the attention's output projection, DistilBERT does not. */
  readonly dropsAttentionOutput: boolean;
}

/** What an encoder made of a batch. A program computes of it what its outputs need, and no more. */
export interface EncoderStates {
  /** After the embeddings and after each layer, each [tokens, hidden] with tokens = rows · length. */
  readonly states: readonly Tensor[];
  /** The last of them at the tokens that the batch reads, computed for these alone: [reads, hidden]. */
  readonly read: Tensor;
}

interface Pass extends ForwardOptions {
  readonly batch: Tensors;
  readonly parameters: Tensors;
}

/** Normalises summed embeddings [tokens, hidden] and runs the layers. */
export function encoderStates(embedded: Tensor, encoder: PostNormEncoder, pass: Pass): EncoderStates {
  const { batch, parameters, config, source } = pass;
  const { embeddingsNorm, layerNames, dropsAttentionOutput } = encoder;
  const { sequenceIds } = batch;
  const everyToken = { bias: sequenceBias(sequenceIds), source, keySequenceIds: sequenceIds };
  const layers = Array.from({ length: config.layers }, (_, index) => ({
    index,
    names: layerNames(index),
    config,
    parameters,
    dropsAttentionOutput,
  }));
  const normal = applyLayerNorm(embedded, parameters, embeddingsNorm, config.layerNormEps);
  const states = [dropout(normal, source, { rate: config.hiddenDropout, op: 0 })];
  const last = layers[config.layers - 1];
  for (const layer of layers.slice(0, -1))
    states.push(perhapsRecomputed((x) => encoderLayer(x, layer, everyToken), states[layer.index], layer));
  const before = states[last.index];
  return {
    states: [...states, encoderLayer(before, last, everyToken)],
    read: readLayer(before, last, { batch, everyToken }),
  };
}
