import { embedding } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { type Encoder, encoderStates, type Family } from '../encoder/states';
import { bertSpecs, embeddings, layerNames } from './parameters';

const family: Family = { embeddingsNorm: embeddings.norm, layerNames, dropsAttentionOutput: true };

/** BERT. @see Devlin et al.: BERT (2019); transformers' BertModel */
export const bert: Encoder = {
  prefix: 'bert',
  specs: bertSpecs,
  forward: (batch, parameters, options) => {
    const words = embedding(parameters[`${embeddings.word}.weight`], batch.inputIds);
    const types = embedding(parameters[`${embeddings.tokenType}.weight`], batch.tokenTypeIds);
    const positions = embedding(parameters[`${embeddings.position}.weight`], batch.positionIds);
    return encoderStates(tf.add(tf.add(words, types), positions), family, { batch, parameters, ...options });
  },
};
