import { type DropoutSource, dropout, sequenceBias, type Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';
import { encoderLayer, type LayerNames } from './layer';
import { applyLayerNorm } from './modules';

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

/** Normalises summed embeddings [tokens, hidden] and runs the layers. */
export function encoderStates(
  embedded: Tensor,
  { embeddingsNorm, layerNames, dropsAttentionOutput }: PostNormEncoder,
  { batch, parameters, config, source }: ForwardOptions & { readonly batch: Tensors; readonly parameters: Tensors },
): readonly Tensor[] {
  const context = { config, parameters, bias: sequenceBias(batch.sequenceIds), source, dropsAttentionOutput };
  const normal = applyLayerNorm(embedded, parameters, embeddingsNorm, config.layerNormEps);
  const states = [dropout(normal, source, { rate: config.hiddenDropout, op: 0 })];
  for (let i = 0; i < config.layers; i++) states.push(encoderLayer(states[i], i, layerNames(i), context));
  return states;
}
