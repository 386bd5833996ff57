import { type ConfigFormat, encoderClasses, size, usualSizes } from './checkpoint/config-format';
import {
  bertFields,
  bertLayers,
  embeddingNames,
  embeddingSpecs,
  everyLayerSpecs,
  layerNames,
  ownClassifier,
  summedEmbeddings,
} from './encoder/bert-layout';
import type { EncoderFamily } from './encoder/family';
import { encoderStates, type PostNormEncoder } from './encoder/post-norm';
import { linearSpecs } from './specs';

/** Fields of `config.json`. @see transformers' ElectraConfig */
const format: ConfigFormat = {
  modelType: 'electra',
  activation: 'hidden_act',
  hiddenAct: 'gelu',
  classes: encoderClasses('Electra'),
  fields: {
    ...bertFields,
    ...usualSizes({ hiddenSize: 256, layers: 12, heads: 4, intermediateSize: 1024 }),
    embeddingSize: { name: 'embedding_size', absent: 128, kind: size },
  },
  // Field of the multiple-choice head, which is not supported.
  idle: ['summary_activation', 'summary_last_dropout', 'summary_type', 'summary_use_proj'],
};

const prefix = 'electra';
const embeddings = embeddingNames(prefix);
const projection = 'electra.embeddings_project';
const encoder: PostNormEncoder = { ...bertLayers(prefix), embeddingsProjection: projection };

/**
 * ELECTRA: BERT with embeddings that may be narrower than the hidden states. Use a discriminator for classification, a generator for masked language
 * modeling. @see Clark et al.: ELECTRA (2020); transformers' ElectraModel and its models with heads
 */
export const electra: EncoderFamily = {
  format,
  prefix,
  specs: (config) => ({
    ...embeddingSpecs(embeddings, config),
    ...(config.embeddingSize !== config.hiddenSize && linearSpecs(projection, config.embeddingSize, config.hiddenSize)),
    ...everyLayerSpecs(layerNames(prefix), config),
  }),
  heads: {
    sequenceClassification: { ...ownClassifier, activation: 'gelu' },
    tokenClassification: { dropout: 'classifierDropout' },
    maskedLanguageModel: {
      transform: 'generator_predictions.dense',
      norm: 'generator_predictions.LayerNorm',
      decoder: 'generator_lm_head',
      tiedBias: 'generator_lm_head.bias',
      words: `${embeddings.word}.weight`,
    },
  },
  forward: (pass) => encoderStates(summedEmbeddings(pass, embeddings, pass.batch.positionIds), encoder, pass),
};
