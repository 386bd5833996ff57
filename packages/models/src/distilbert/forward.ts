import { embedding } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { type Encoder, encoderStates, type Family } from '../encoder/states';
import { distilbertSpecs, embeddings, layerNames } from './parameters';

const family: Family = { embeddingsNorm: embeddings.norm, layerNames, dropsAttentionOutput: false };

/** DistilBERT: BERT with half the layers and no segments. @see Sanh et al.: DistilBERT (2019); transformers' DistilBertModel */
export const distilbert: Encoder = {
  prefix: 'distilbert',
  specs: distilbertSpecs,
  forward: (batch, parameters, options) => {
    const words = embedding(parameters[`${embeddings.word}.weight`], batch.inputIds);
    const positions = embedding(parameters[`${embeddings.position}.weight`], batch.positionIds);
    return encoderStates(tf.add(words, positions), family, { batch, parameters, ...options });
  },
};
