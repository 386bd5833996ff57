import { type ConfigFormat, commonFields, count, positive, rate, size } from './checkpoint/config-format';
import type { ModelConfig } from './checkpoint/model-config';
import {
  bertLayers,
  embeddingNames,
  embeddingSpecs,
  everyLayerSpecs,
  layerNames,
  summedEmbeddings,
} from './encoder/bert-layout';
import type { EncoderFamily } from './encoder/family';
import { encoderStates } from './encoder/post-norm';
import type { ParameterSpecs } from './specs';

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

const prefix = 'bert';
const embeddings = embeddingNames(prefix);

/** Shapes of the encoder's parameters, in the checkpoint's order. */
const specs = (config: ModelConfig): ParameterSpecs => ({
  ...embeddingSpecs(embeddings, config),
  ...everyLayerSpecs(layerNames(prefix), config),
});

/** BERT. @see Devlin et al.: BERT (2019); transformers' BertModel and its models with heads */
export const bert: EncoderFamily = {
  format,
  prefix,
  specs,
  heads: {
    sequenceClassification: { pooler: 'bert.pooler.dense', activation: 'tanh', classifier: 'classifier' },
    tokenClassification: { dropout: 'classifierDropout' },
    maskedLanguageModel: {
      transform: 'cls.predictions.transform.dense',
      norm: 'cls.predictions.transform.LayerNorm',
      decoder: 'cls.predictions.decoder',
      tiedBias: 'cls.predictions.bias',
      words: `${embeddings.word}.weight`,
    },
  },
  forward: (pass) =>
    encoderStates(summedEmbeddings(pass, embeddings, pass.batch.positionIds), bertLayers(prefix), pass),
};
