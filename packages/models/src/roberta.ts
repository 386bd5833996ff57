import * as tf from '@tensorflow/tfjs-core';
import { type ConfigFormat, encoderClasses, id, rowsBeforeFirst, size } from './checkpoint/config-format';
import type { ModelType } from './checkpoint/model-config';
import {
  bertFields,
  bertLayers,
  embeddingNames,
  embeddingSpecs,
  everyLayerSpecs,
  layerNames,
  lmHead,
  ownClassifier,
  summedEmbeddings,
} from './encoder/bert-layout';
import type { EncoderFamily } from './encoder/family';
import { encoderStates } from './encoder/post-norm';

interface Variant {
  readonly modelType: ModelType;
  /** Prefix of transformers' class names. */
  readonly class: string;
  /** Default size of the vocabulary. */
  readonly vocabSize: number;
}

/** Without a padding id there is no first position, in transformers as well. */
const paddingId = {
  ...id,
  expected:
    "an integer, the id of the tokenizer's padding token, after which positions start (1 in the published models)",
};

/** Fields of `config.json`. @see transformers' RobertaConfig */
const formatOf = ({ modelType, class: name, vocabSize }: Variant): ConfigFormat => ({
  modelType,
  activation: 'hidden_act',
  hiddenAct: 'gelu',
  classes: encoderClasses(name),
  fields: {
    ...bertFields,
    vocabSize: { name: 'vocab_size', absent: vocabSize, kind: size },
    padTokenId: { name: 'pad_token_id', absent: 1, kind: paddingId },
  },
  positionsFollowPadding: true,
});

const prefix = 'roberta';
const embeddings = embeddingNames(prefix);

/** A model that is RoBERTa under its own `model_type`, with the same names, shapes and computation. */
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
      sequenceClassification: { ...ownClassifier, activation: 'tanh' },
      tokenClassification: { dropout: 'classifierDropout' },
      maskedLanguageModel: lmHead(embeddings),
    },
    forward: (pass) => {
      // Position within the sequence. transformers counts only tokens other than padding, so a padding token within a text has no position there.
      const first = tf.scalar(rowsBeforeFirst(format, pass.config), 'int32');
      const positionIds = tf.add(pass.batch.positionIds, first); // [tokens]
      return encoderStates(summedEmbeddings(pass, embeddings, positionIds), bertLayers(prefix), pass);
    },
  };
}

/** RoBERTa: BERT with positions that start after the padding id, one segment, and different heads. @see Liu et al.: RoBERTa (2019); transformers' RobertaModel and its models with heads */
export const roberta = robertaOf({ modelType: 'roberta', class: 'Roberta', vocabSize: 50_265 });

/** XLM-R: RoBERTa for a hundred languages. @see Conneau et al.: Unsupervised Cross-lingual Representation Learning at Scale (2020); transformers' XLMRobertaModel */
export const xlmRoberta = robertaOf({ modelType: 'xlm-roberta', class: 'XLMRoberta', vocabSize: 30_522 });

/** CamemBERT: RoBERTa for French. @see Martin et al.: CamemBERT (2020); transformers' CamembertModel */
export const camembert = robertaOf({ modelType: 'camembert', class: 'Camembert', vocabSize: 30_522 });
