import * as tf from '@tensorflow/tfjs-core';
import { type ConfigFormat, commonFields, positive, rate, size, usualSizes } from '../checkpoint/config-format';
import { hasSegments, type ModelConfig } from '../checkpoint/model-config';
import type { Pass } from '../pass';
import { layerNormSpecs, type ParameterSpecs, tableSpecs } from '../specs';
import { type LayerNames, layerSpecs, type PostNormEncoder } from './post-norm';

// Checkpoints with BERT's layout: word, position and segment embeddings are summed. transformers reuses its module names in other families.

/** Fields of BERT's `config.json` with BERT's defaults. transformers reuses them in other families. */
export const bertFields = {
  ...commonFields,
  ...usualSizes({ hiddenSize: 768, layers: 12, heads: 12, intermediateSize: 3072 }),
  typeVocabSize: { name: 'type_vocab_size', absent: 2, kind: size },
  layerNormEps: { name: 'layer_norm_eps', absent: 1e-12, kind: positive },
  hiddenDropout: { name: 'hidden_dropout_prob', absent: 0.1, kind: rate },
  attentionDropout: { name: 'attention_probs_dropout_prob', absent: 0.1, kind: rate },
  classifierDropout: { name: 'classifier_dropout', absent: 'hiddenDropout', kind: rate, nullable: true },
} satisfies ConfigFormat['fields'];

/** Module names of RoBERTa's sequence classifier, which other families share. */
export const ownClassifier = {
  pooler: 'classifier.dense',
  classifier: 'classifier.out_proj',
  dropsState: true,
} as const;

/** Module names of RoBERTa's head for masked language modeling. */
export const lmHead = (embeddings: Pick<EmbeddingNames, 'word'>) => ({
  transform: 'lm_head.dense',
  norm: 'lm_head.layer_norm',
  decoder: 'lm_head.decoder',
  tiedBias: 'lm_head.bias',
  words: `${embeddings.word}.weight`,
});

/** Names of the embedding tables and of the norm after them in a checkpoint. */
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
  /** Rows of the position table that precede the row of the first token, including the padding token's; default 0. */
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

/** Sum of word, segment and position embeddings: [tokens, embedding]. */
export function summedEmbeddings(pass: Pass, names: EmbeddingNames, positionIds: tf.Tensor): tf.Tensor {
  const { inputIds, tokenTypeIds } = pass.batch;
  const words = pass.embedding(inputIds, names.word); // [tokens, embedding]
  const typeIds = hasSegments(pass.config) ? tokenTypeIds : tf.tensor1d([0], 'int32');
  const types = pass.embedding(typeIds, names.tokenType); // [tokens, embedding], or [1, embedding] for all
  const positions = pass.embedding(positionIds, names.position);
  return tf.add(tf.add(words, types), positions);
}
