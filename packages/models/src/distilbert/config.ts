import { type ConfigFormat, commonFields, count, rate, size } from '../checkpoint/config-fields';

/** @see transformers' DistilBertConfig */
export const distilbertFormat: ConfigFormat<'distilbert'> = {
  modelType: 'distilbert',
  activation: 'activation',
  hiddenAct: 'gelu',
  classes: {
    'sequence-classification': 'DistilBertForSequenceClassification',
    'token-classification': 'DistilBertForTokenClassification',
    'masked-lm': 'DistilBertForMaskedLM',
    own: 'DistilBertModel',
  },
  fields: {
    ...commonFields,
    hiddenSize: { name: 'dim', alias: 'hidden_size', absent: 768, kind: size },
    layers: { name: 'n_layers', alias: 'num_hidden_layers', absent: 6, kind: count },
    heads: { name: 'n_heads', alias: 'num_attention_heads', absent: 12, kind: count },
    intermediateSize: { name: 'hidden_dim', absent: 3072, kind: size },
    typeVocabSize: 0,
    layerNormEps: 1e-12,
    hiddenDropout: { name: 'dropout', absent: 0.1, kind: rate },
    attentionDropout: { name: 'attention_dropout', absent: 0.1, kind: rate },
    classifierDropout: { name: 'seq_classif_dropout', absent: 0.2, kind: rate },
  },
};
