import { bucketBias } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { type ConfigFormat, encoderClasses, rowsBeforeFirst, size } from './checkpoint/config-format';
import type { ModelConfig } from './checkpoint/model-config';
import { bertFields, lmHead, ownClassifier } from './encoder/bert-layout';
import { bucketsOf, t5Buckets } from './encoder/distance-buckets';
import type { EncoderFamily } from './encoder/family';
import { encoderStates, type LayerNames, layerSpecs, type PostNormEncoder } from './encoder/post-norm';
import { layerNormSpecs, type ParameterSpecs, tableSpecs } from './specs';

/** MPNet's padding id is always 1; positions start after it. */
const paddingId = { expected: '1, the only one that MPNet supports', accepts: (value: number) => value === 1 };

/** Fields of `config.json`. @see transformers' MPNetConfig */
const format: ConfigFormat = {
  modelType: 'mpnet',
  activation: 'hidden_act',
  hiddenAct: 'gelu',
  classes: encoderClasses('MPNet'),
  fields: {
    ...bertFields,
    vocabSize: { name: 'vocab_size', absent: 30_527, kind: size },
    typeVocabSize: 0,
    classifierDropout: 'hiddenDropout',
    padTokenId: { name: 'pad_token_id', absent: 1, kind: paddingId, nullable: true },
  },
  positionsFollowPadding: true,
  // transformers always computes 32 buckets.
  only: { relative_attention_num_buckets: t5Buckets.count },
};

const embeddings = {
  word: 'mpnet.embeddings.word_embeddings',
  position: 'mpnet.embeddings.position_embeddings',
  norm: 'mpnet.embeddings.LayerNorm',
};

/** Table with one number per distance bucket and head, shared by all layers. */
const relativeBias = 'mpnet.encoder.relative_attention_bias';

/** The names of layer `i`, as transformers' MPNetLayer has them. */
function layerNames(i: number): LayerNames {
  const layer = `mpnet.encoder.layer.${i}`;
  return {
    query: `${layer}.attention.attn.q`,
    key: `${layer}.attention.attn.k`,
    value: `${layer}.attention.attn.v`,
    attentionOutput: `${layer}.attention.attn.o`,
    attentionNorm: `${layer}.attention.LayerNorm`,
    intermediate: `${layer}.intermediate.dense`,
    output: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  };
}

/** Shapes of the encoder's parameters, in the checkpoint's order. */
function specs(config: ModelConfig): ParameterSpecs {
  const { vocabSize, maxPositions, hiddenSize, layers, heads } = config;
  const positions = rowsBeforeFirst(format, config) + maxPositions;
  const all = [
    tableSpecs(embeddings.word, [vocabSize, hiddenSize], { hasPaddingRow: true }),
    tableSpecs(embeddings.position, [positions, hiddenSize], { hasPaddingRow: true }),
    layerNormSpecs(embeddings.norm, hiddenSize),
    ...Array.from({ length: layers }, (_, i) => layerSpecs(layerNames(i), config)),
    tableSpecs(relativeBias, [t5Buckets.count, heads]),
  ];
  return Object.assign({}, ...all);
}

const encoder: PostNormEncoder = {
  embeddingsNorm: embeddings.norm,
  layerNames,
  dropsAttentionOutput: true,
  scoreBias: ({ mask, distances }, { parameters }) => {
    const byDistance = bucketBias(parameters[`${relativeBias}.weight`], bucketsOf(distances(), t5Buckets));
    const bias = tf.add(mask, byDistance); // [rows, heads, queries, keys]
    return () => bias;
  },
};

/**
 * MPNet: BERT without segments, with a bias of attention by distance that all layers share.
 *
 * @see Song et al.: MPNet (2020); transformers' MPNetModel and its models with heads
 */
export const mpnet: EncoderFamily = {
  format,
  prefix: 'mpnet',
  specs,
  heads: {
    sequenceClassification: { ...ownClassifier, activation: 'tanh' },
    tokenClassification: { dropout: 'hiddenDropout' },
    maskedLanguageModel: lmHead(embeddings),
  },
  forward: (pass) => {
    const { inputIds, positionIds } = pass.batch;
    const first = tf.scalar(rowsBeforeFirst(format, pass.config), 'int32');
    const words = pass.embedding(inputIds, embeddings.word); // [tokens, hidden]
    const positions = pass.embedding(tf.add(positionIds, first), embeddings.position);
    return encoderStates(tf.add(words, positions), encoder, pass);
  },
};
