import { type ConfigFormat, commonFields, count, positive, rate, size } from './checkpoint/config-format';
import {
  bertLayers,
  embeddingNames,
  embeddingSpecs,
  everyLayerSpecs,
  layerNames,
  summedEmbeddings,
} from './encoder/bert-layout';
import type { EncoderFamily } from './encoder/family';
import { encoderStates, type PostNormEncoder } from './encoder/post-norm';
import { linearSpecs } from './specs';

/** Its `config.json`. @see transformers' ElectraConfig */
const format: ConfigFormat = {
  modelType: 'electra',
  activation: 'hidden_act',
  hiddenAct: 'gelu',
  classes: {
    'sequence-classification': 'ElectraForSequenceClassification',
    'token-classification': 'ElectraForTokenClassification',
    'masked-lm': 'ElectraForMaskedLM',
    custom: 'ElectraModel',
  },
  fields: {
    ...commonFields,
    hiddenSize: { name: 'hidden_size', absent: 256, kind: size },
    embeddingSize: { name: 'embedding_size', absent: 128, kind: size },
    layers: { name: 'num_hidden_layers', absent: 12, kind: count },
    heads: { name: 'num_attention_heads', absent: 4, kind: count },
    intermediateSize: { name: 'intermediate_size', absent: 1024, kind: size },
    typeVocabSize: { name: 'type_vocab_size', absent: 2, kind: size },
    layerNormEps: { name: 'layer_norm_eps', absent: 1e-12, kind: positive },
    hiddenDropout: { name: 'hidden_dropout_prob', absent: 0.1, kind: rate },
    attentionDropout: { name: 'attention_probs_dropout_prob', absent: 0.1, kind: rate },
    classifierDropout: { name: 'classifier_dropout', absent: 'hiddenDropout', kind: rate, nullable: true },
  },
  // Of the head for multiple choice, which is not here.
  idle: ['summary_activation', 'summary_last_dropout', 'summary_type', 'summary_use_proj'],
};

const prefix = 'electra';
const embeddings = embeddingNames(prefix);
const projection = 'electra.embeddings_project';
const encoder: PostNormEncoder = { ...bertLayers(prefix), embeddingsProjection: projection };

/**
 * ELECTRA: BERT with embeddings that may be narrower than the model. A discriminator is for classification, a generator for masked language
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
    sequenceClassification: {
      pooler: 'classifier.dense',
      activation: 'gelu',
      classifier: 'classifier.out_proj',
      dropsState: true,
    },
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
