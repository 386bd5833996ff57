import * as tf from '@tensorflow/tfjs-core';
import { type ConfigFormat, commonFields, count, encoderClasses, rate, size } from './checkpoint/config-format';
import type { ModelConfig } from './checkpoint/model-config';
import type { EncoderFamily } from './encoder/family';
import { encoderStates, type LayerNames, layerSpecs, type PostNormEncoder } from './encoder/post-norm';
import { layerNormSpecs, type ParameterSpecs, tableSpecs } from './specs';

/** Fields of `config.json`. @see transformers' DistilBertConfig */
const format: ConfigFormat = {
  modelType: 'distilbert',
  activation: 'activation',
  hiddenAct: 'gelu',
  classes: encoderClasses('DistilBert'),
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
  idle: ['qa_dropout', 'tie_weights_'],
};

const embeddings = {
  word: 'distilbert.embeddings.word_embeddings',
  position: 'distilbert.embeddings.position_embeddings',
  norm: 'distilbert.embeddings.LayerNorm',
};

/** The names of layer `i`, as transformers' TransformerBlock has them. */
function layerNames(i: number): LayerNames {
  const layer = `distilbert.transformer.layer.${i}`;
  return {
    query: `${layer}.attention.q_lin`,
    key: `${layer}.attention.k_lin`,
    value: `${layer}.attention.v_lin`,
    attentionOutput: `${layer}.attention.out_lin`,
    attentionNorm: `${layer}.sa_layer_norm`,
    intermediate: `${layer}.ffn.lin1`,
    output: `${layer}.ffn.lin2`,
    outputNorm: `${layer}.output_layer_norm`,
  };
}

/** Shapes of the encoder's parameters, in the checkpoint's order. */
function specs(config: ModelConfig): ParameterSpecs {
  const { vocabSize, maxPositions, hiddenSize, layers } = config;
  const all = [
    tableSpecs(embeddings.word, [vocabSize, hiddenSize], { hasPaddingRow: true }),
    tableSpecs(embeddings.position, [maxPositions, hiddenSize]),
    layerNormSpecs(embeddings.norm, hiddenSize),
    ...Array.from({ length: layers }, (_, i) => layerSpecs(layerNames(i), config)),
  ];
  return Object.assign({}, ...all);
}

const encoder: PostNormEncoder = { embeddingsNorm: embeddings.norm, layerNames, dropsAttentionOutput: false };

/** DistilBERT: BERT with half the layers and no segments. @see Sanh et al.: DistilBERT (2019); transformers' DistilBertModel and its models with heads */
export const distilbert: EncoderFamily = {
  format,
  prefix: 'distilbert',
  specs,
  heads: {
    sequenceClassification: { pooler: 'pre_classifier', activation: 'relu', classifier: 'classifier' },
    // `seq_classif_dropout` applies only to the sequence classifier.
    tokenClassification: { dropout: 'hiddenDropout' },
    maskedLanguageModel: {
      transform: 'vocab_transform',
      norm: 'vocab_layer_norm',
      decoder: 'vocab_projector',
      tiedBias: 'vocab_projector.bias',
      words: `${embeddings.word}.weight`,
    },
  },
  forward: (pass) => {
    const { inputIds, positionIds } = pass.batch;
    const words = pass.embedding(inputIds, embeddings.word); // [tokens, hidden]
    const positions = pass.embedding(positionIds, embeddings.position);
    return encoderStates(tf.add(words, positions), encoder, pass);
  },
};
