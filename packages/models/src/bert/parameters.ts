import type { Specs } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import { type LayerNames, layerSpecs } from '../encoder/layer';
import { embeddingSpecs, layerNormSpecs } from '../encoder/modules';

export const embeddings = {
  word: 'bert.embeddings.word_embeddings',
  position: 'bert.embeddings.position_embeddings',
  tokenType: 'bert.embeddings.token_type_embeddings',
  norm: 'bert.embeddings.LayerNorm',
};

/** The names of layer `i`, as transformers' BertLayer has them. */
export function layerNames(i: number): LayerNames {
  const layer = `bert.encoder.layer.${i}`;
  return {
    query: `${layer}.attention.self.query`,
    key: `${layer}.attention.self.key`,
    value: `${layer}.attention.self.value`,
    attentionOutput: `${layer}.attention.output.dense`,
    attentionNorm: `${layer}.attention.output.LayerNorm`,
    intermediate: `${layer}.intermediate.dense`,
    output: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  };
}

/** Shapes of the encoder's parameters, in the checkpoint's order. */
export function bertSpecs(config: ModelConfig): Specs {
  const { vocabSize, maxPositions, typeVocabSize, hiddenSize, layers } = config;
  const all = [
    embeddingSpecs(embeddings.word, vocabSize, hiddenSize),
    embeddingSpecs(embeddings.position, maxPositions, hiddenSize),
    embeddingSpecs(embeddings.tokenType, typeVocabSize, hiddenSize),
    layerNormSpecs(embeddings.norm, hiddenSize),
    ...Array.from({ length: layers }, (_, i) => layerSpecs(layerNames(i), config)),
  ];
  return Object.assign({}, ...all);
}
