import * as tf from '@tensorflow/tfjs-core';
import {
  type ConfigFormat,
  commonFields,
  count,
  id,
  positive,
  rate,
  rowsBeforeFirst,
  size,
} from './checkpoint/config-format';
import type { ModelType } from './checkpoint/model-config';
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

interface Variant {
  readonly modelType: ModelType;
  /** What transformers' classes of it begin with. */
  readonly class: string;
  /** Entries of the vocabulary where `config.json` is silent. */
  readonly vocabSize: number;
}

/** Its `config.json`. @see transformers' RobertaConfig */
const formatOf = ({ modelType, class: name, vocabSize }: Variant): ConfigFormat => ({
  modelType,
  activation: 'hidden_act',
  hiddenAct: 'gelu',
  classes: {
    'sequence-classification': `${name}ForSequenceClassification`,
    'token-classification': `${name}ForTokenClassification`,
    'masked-lm': `${name}ForMaskedLM`,
    custom: `${name}Model`,
  },
  fields: {
    ...commonFields,
    vocabSize: { name: 'vocab_size', absent: vocabSize, kind: size },
    hiddenSize: { name: 'hidden_size', absent: 768, kind: size },
    layers: { name: 'num_hidden_layers', absent: 12, kind: count },
    heads: { name: 'num_attention_heads', absent: 12, kind: count },
    intermediateSize: { name: 'intermediate_size', absent: 3072, kind: size },
    typeVocabSize: { name: 'type_vocab_size', absent: 2, kind: size },
    layerNormEps: { name: 'layer_norm_eps', absent: 1e-12, kind: positive },
    hiddenDropout: { name: 'hidden_dropout_prob', absent: 0.1, kind: rate },
    attentionDropout: { name: 'attention_probs_dropout_prob', absent: 0.1, kind: rate },
    classifierDropout: { name: 'classifier_dropout', absent: 'hiddenDropout', kind: rate, nullable: true },
    padTokenId: { name: 'pad_token_id', absent: 1, kind: id },
  },
  positionsFollowPadding: true,
});

const prefix = 'roberta';
const embeddings = embeddingNames(prefix);

/** A model that is RoBERTa under a `model_type` of its own: names, shapes and computation are the same. */
function robertaOf(variant: Variant): EncoderFamily {
  const format = formatOf(variant);
  return {
    format,
    prefix,
    specs: (config) => ({
      ...embeddingSpecs(embeddings, config, { rowsBeforeFirst: rowsBeforeFirst(format, config) }),
      ...everyLayerSpecs(layerNames(prefix), config),
    }),
    heads: {
      sequenceClassification: {
        pooler: 'classifier.dense',
        activation: 'tanh',
        classifier: 'classifier.out_proj',
        dropsState: true,
      },
      tokenClassification: { dropout: 'classifierDropout' },
      maskedLanguageModel: {
        transform: 'lm_head.dense',
        norm: 'lm_head.layer_norm',
        decoder: 'lm_head.decoder',
        tiedBias: 'lm_head.bias',
        words: `${embeddings.word}.weight`,
      },
    },
    forward: (pass) => {
      // A token's place in its sequence. transformers counts tokens that are no padding: a padding token written in a text itself has no place there.
      const first = tf.scalar(rowsBeforeFirst(format, pass.config), 'int32');
      const positionIds = tf.add(pass.batch.positionIds, first); // [tokens]
      return encoderStates(summedEmbeddings(pass, embeddings, positionIds), bertLayers(prefix), pass);
    },
  };
}

/** RoBERTa: BERT with positions that start behind the padding id, one segment, and heads of its own. @see Liu et al.: RoBERTa (2019); transformers' RobertaModel and its models with heads */
export const roberta = robertaOf({ modelType: 'roberta', class: 'Roberta', vocabSize: 50_265 });

/** XLM-R: RoBERTa for a hundred languages. @see Conneau et al.: Unsupervised Cross-lingual Representation Learning at Scale (2020); transformers' XLMRobertaModel */
export const xlmRoberta = robertaOf({ modelType: 'xlm-roberta', class: 'XLMRoberta', vocabSize: 30_522 });

/** CamemBERT: RoBERTa for French. @see Martin et al.: CamemBERT (2020); transformers' CamembertModel */
export const camembert = robertaOf({ modelType: 'camembert', class: 'Camembert', vocabSize: 30_522 });
