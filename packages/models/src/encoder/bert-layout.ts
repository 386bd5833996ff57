import * as tf from '@tensorflow/tfjs-core';
import { hasSegments, type ModelConfig } from '../checkpoint/model-config';
import type { Pass } from '../pass';
import { layerNormSpecs, type ParameterSpecs, tableSpecs } from '../specs';
import { type LayerNames, layerSpecs, type PostNormEncoder } from './post-norm';

// Checkpoints that are laid out as BERT's: words, positions and segments are summed, and transformers has copied the names of its modules.

/** What a checkpoint calls the tables that are summed, and the norm after them. */
export interface EmbeddingNames {
  readonly word: string;
  readonly position: string;
  readonly tokenType: string;
  readonly norm: string;
}

/** The names of the embeddings below a family's prefix, as transformers' BertEmbeddings has them. */
export const embeddingNames = (prefix: string): EmbeddingNames => ({
  word: `${prefix}.embeddings.word_embeddings`,
  position: `${prefix}.embeddings.position_embeddings`,
  tokenType: `${prefix}.embeddings.token_type_embeddings`,
  norm: `${prefix}.embeddings.LayerNorm`,
});

/** The names of layer `i` below a family's prefix, as transformers' BertLayer has them. */
export const layerNames =
  (prefix: string) =>
  (i: number): LayerNames => {
    const layer = `${prefix}.encoder.layer.${i}`;
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
  };

/** BERT's layers below a family's prefix. */
export const bertLayers = (prefix: string): PostNormEncoder => ({
  embeddingsNorm: embeddingNames(prefix).norm,
  layerNames: layerNames(prefix),
  dropsAttentionOutput: true,
});

export interface EmbeddingSpecs {
  /** Rows of the table of positions that come before the first token's, the padding token's among them; default 0. */
  readonly rowsBeforeFirst?: number;
}

/** Shapes of the embeddings' parameters, in the checkpoint's order. */
export function embeddingSpecs(
  names: EmbeddingNames,
  { vocabSize, maxPositions, typeVocabSize, embeddingSize }: ModelConfig,
  { rowsBeforeFirst = 0 }: EmbeddingSpecs = {},
): ParameterSpecs {
  return {
    ...tableSpecs(names.word, [vocabSize, embeddingSize], { hasPaddingRow: true }),
    ...tableSpecs(names.position, [rowsBeforeFirst + maxPositions, embeddingSize], {
      hasPaddingRow: rowsBeforeFirst > 0,
    }),
    ...tableSpecs(names.tokenType, [typeVocabSize, embeddingSize]),
    ...layerNormSpecs(names.norm, embeddingSize),
  };
}

/** Shapes of every layer's parameters, in the checkpoint's order. */
export function everyLayerSpecs(names: (layer: number) => LayerNames, config: ModelConfig): ParameterSpecs {
  const all = Array.from({ length: config.layers }, (_, i) => layerSpecs(names(i), config));
  return Object.assign({}, ...all);
}

/** Words, segments and positions summed: [tokens, embedding]. */
export function summedEmbeddings(pass: Pass, names: EmbeddingNames, positionIds: tf.Tensor): tf.Tensor {
  const { inputIds, tokenTypeIds } = pass.batch;
  const words = pass.embedding(inputIds, names.word); // [tokens, embedding]
  const typeIds = hasSegments(pass.config) ? tokenTypeIds : tf.tensor1d([0], 'int32');
  const types = pass.embedding(typeIds, names.tokenType); // [tokens, embedding], or [1, embedding] for all
  const positions = pass.embedding(positionIds, names.position);
  return tf.add(tf.add(words, types), positions);
}
