import { type DropoutSource, dropout, type Specs, sequenceBias, type Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';
import { encoderLayer, type LayerNames } from './layer';
import { applyLayerNorm } from './modules';

export interface ForwardOptions {
  readonly config: ModelConfig;
  /** Where dropout's bits come from; nothing is dropped without it. */
  readonly source?: DropoutSource;
}

/** An encoder family: its parameters' names and shapes, and its forward pass. */
export interface Encoder {
  /** What Hugging Face puts before the encoder's tensors in a checkpoint with a head: `bert` or `distilbert`. */
  readonly prefix: string;
  readonly specs: (config: ModelConfig) => Specs;
  /** Hidden states of a packed batch after the embeddings and after each layer, each [rows · length, hidden]. */
  readonly forward: (batch: Tensors, parameters: Tensors, options: ForwardOptions) => readonly Tensor[];
}

/** Where one family differs from another after its embeddings. */
export interface Family {
  readonly embeddingsNorm: string;
  readonly layerNames: (layer: number) => LayerNames;
  /** BERT drops after the attention's output projection, DistilBERT does not. */
  readonly dropsAttentionOutput: boolean;
}

/** Normalises summed embeddings [tokens, hidden] and runs the layers. */
export function encoderStates(
  embedded: Tensor,
  { embeddingsNorm, layerNames, dropsAttentionOutput }: Family,
  { batch, parameters, config, source }: ForwardOptions & { readonly batch: Tensors; readonly parameters: Tensors },
): readonly Tensor[] {
  const context = { config, parameters, bias: sequenceBias(batch.sequenceIds), source, dropsAttentionOutput };
  const normal = applyLayerNorm(embedded, parameters, embeddingsNorm, config.layerNormEps);
  const states = [dropout(normal, source, { rate: config.hiddenDropout, op: 0 })];
  for (let i = 0; i < config.layers; i++) states.push(encoderLayer(states[i], i, layerNames(i), context));
  return states;
}
