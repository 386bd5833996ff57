import * as tf from '@tensorflow/tfjs-core';
import { type ConfigFormat, commonFields, count, positive, rate, size } from './checkpoint/config-format';
import type { ModelConfig } from './checkpoint/model-config';
import type { EncoderFamily } from './encoder/family';
import { encoderStates, type LayerNames, layerSpecs, type PostNormEncoder } from './encoder/post-norm';
import { layerNormSpecs, type ParameterSpecs, tableSpecs } from './specs';

/** Its `config.json`. @see transformers' BertConfig */
const format: ConfigFormat = {
  modelType: 'bert',
  activation: 'hidden_act',
  hiddenAct: 'gelu',
  classes: {
    'sequence-classification': 'BertForSequenceClassification',
    'token-classification': 'BertForTokenClassification',
    'masked-lm': 'BertForMaskedLM',
    custom: 'BertModel',
  },
  fields: {
    ...commonFields,
    hiddenSize: { name: 'hidden_size', absent: 768, kind: size },
    layers: { name: 'num_hidden_layers', absent: 12, kind: count },
    heads: { name: 'num_attention_heads', absent: 12, kind: count },
    intermediateSize: { name: 'intermediate_size', absent: 3072, kind: size },
    typeVocabSize: { name: 'type_vocab_size', absent: 2, kind: size },
    layerNormEps: { name: 'layer_norm_eps', absent: 1e-12, kind: positive },
    hiddenDropout: { name: 'hidden_dropout_prob', absent: 0.1, kind: rate },
    attentionDropout: { name: 'attention_probs_dropout_prob', absent: 0.1, kind: rate },
    classifierDropout: { name: 'classifier_dropout', absent: 'hiddenDropout', kind: rate, nullable: true },
  },
  idle: ['directionality', 'language', 'name'],
};

const embeddings = {
  word: 'bert.embeddings.word_embeddings',
  position: 'bert.embeddings.position_embeddings',
  tokenType: 'bert.embeddings.token_type_embeddings',
  norm: 'bert.embeddings.LayerNorm',
};

/** The names of layer `i`, as transformers' BertLayer has them. */
function layerNames(i: number): LayerNames {
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
function specs(config: ModelConfig): ParameterSpecs {
  const { vocabSize, maxPositions, typeVocabSize, hiddenSize, layers } = config;
  const all = [
    tableSpecs(embeddings.word, [vocabSize, hiddenSize], { hasPaddingRow: true }),
    tableSpecs(embeddings.position, [maxPositions, hiddenSize]),
    tableSpecs(embeddings.tokenType, [typeVocabSize, hiddenSize]),
    layerNormSpecs(embeddings.norm, hiddenSize),
    ...Array.from({ length: layers }, (_, i) => layerSpecs(layerNames(i), config)),
  ];
  return Object.assign({}, ...all);
}

const encoder: PostNormEncoder = { embeddingsNorm: embeddings.norm, layerNames, dropsAttentionOutput: true };

/** BERT. @see Devlin et al.: BERT (2019); transformers' BertModel and its models with heads */
export const bert: EncoderFamily = {
  format,
  prefix: 'bert',
  specs,
  heads: {
    sequenceClassification: { pooler: 'bert.pooler.dense', activation: 'tanh' },
    tokenClassification: { dropout: 'classifierDropout' },
    maskedLanguageModel: {
      transform: 'cls.predictions.transform.dense',
      norm: 'cls.predictions.transform.LayerNorm',
      decoder: 'cls.predictions.decoder',
      tiedBias: 'cls.predictions.bias',
      words: `${embeddings.word}.weight`,
    },
  },
  forward: (pass) => {
    const { inputIds, tokenTypeIds, positionIds } = pass.batch;
    const words = pass.embedding(inputIds, embeddings.word); // [tokens, hidden]
    const types = pass.embedding(tokenTypeIds, embeddings.tokenType);
    const positions = pass.embedding(positionIds, embeddings.position);
    return encoderStates(tf.add(tf.add(words, types), positions), encoder, pass);
  },
};
