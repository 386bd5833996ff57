import { embedding } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { EncoderFamily } from '../encoder/family';
import { encoderStates, type PostNormEncoder } from '../encoder/states';
import { bertFormat } from './config';
import { bertHeads } from './heads';
import { bertSpecs, embeddings, layerNames } from './parameters';

const layers: PostNormEncoder = { embeddingsNorm: embeddings.norm, layerNames, dropsAttentionOutput: true };

/** BERT. @see Devlin et al.: BERT (2019); transformers' BertModel */
export const bert: EncoderFamily = {
  format: bertFormat,
  prefix: 'bert',
  specs: bertSpecs,
  heads: bertHeads,
  forward: (batch, parameters, options) => {
    const words = embedding(parameters[`${embeddings.word}.weight`], batch.inputIds);
    const types = embedding(parameters[`${embeddings.tokenType}.weight`], batch.tokenTypeIds);
    const positions = embedding(parameters[`${embeddings.position}.weight`], batch.positionIds);
    return encoderStates(tf.add(tf.add(words, types), positions), layers, { batch, parameters, ...options });
  },
};
