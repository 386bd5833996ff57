import type { Specs } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import { type LayerNames, layerSpecs } from '../encoder/layer';
import { embeddingSpecs, layerNormSpecs } from '../encoder/modules';

export const embeddings = {
  word: 'distilbert.embeddings.word_embeddings',
  position: 'distilbert.embeddings.position_embeddings',
  norm: 'distilbert.embeddings.LayerNorm',
};

/** The names of layer `i`, as transformers' TransformerBlock has them. */
export function layerNames(i: number): LayerNames {
  const layer = `distilbert.transformer.layer.${i}`;
  return {
    query: `${layer}.attention.q_lin`,
    key: `${layer}.attention.k_lin`,
    value: `${layer}.attention.v_lin`,
    attentionOutput: `${layer}.attention.out_lin`,
    attentionNorm: `${layer}.sa_layer_norm`,
    intermediate: `${layer}.ffn.lin1`,
    output: `${layer}.ffn.lin2`,
    outputNorm: `${layer}.output_layer_norm`,
  };
}

/** Shapes of the encoder's parameters, in the checkpoint's order. */
export function distilbertSpecs(config: ModelConfig): Specs {
  const { vocabSize, maxPositions, hiddenSize, layers } = config;
  const all = [
    embeddingSpecs(embeddings.word, vocabSize, hiddenSize),
    embeddingSpecs(embeddings.position, maxPositions, hiddenSize),
    layerNormSpecs(embeddings.norm, hiddenSize),
    ...Array.from({ length: layers }, (_, i) => layerSpecs(layerNames(i), config)),
  ];
  return Object.assign({}, ...all);
}
