import { type ConfigFormat, commonFields, count, positive, rate, size } from '../checkpoint/config-fields';

/** @see transformers' BertConfig */
export const bertFormat: ConfigFormat<'bert'> = {
  modelType: 'bert',
  activation: 'hidden_act',
  hiddenAct: 'gelu',
  classes: {
    'sequence-classification': 'BertForSequenceClassification',
    'token-classification': 'BertForTokenClassification',
    'masked-lm': 'BertForMaskedLM',
    own: 'BertModel',
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
};
