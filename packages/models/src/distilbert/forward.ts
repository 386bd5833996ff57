import { embedding } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { EncoderFamily } from '../encoder/family';
import { encoderStates, type PostNormEncoder } from '../encoder/states';
import { distilbertFormat } from './config';
import { distilbertHeads } from './heads';
import { distilbertSpecs, embeddings, layerNames } from './parameters';

const layers: PostNormEncoder = { embeddingsNorm: embeddings.norm, layerNames, dropsAttentionOutput: false };

/** DistilBERT: BERT with half the layers and no segments. @see Sanh et al.: DistilBERT (2019); transformers' DistilBertModel */
export const distilbert: EncoderFamily = {
  format: distilbertFormat,
  prefix: 'distilbert',
  specs: distilbertSpecs,
  heads: distilbertHeads,
  forward: (batch, parameters, options) => {
    const words = embedding(parameters[`${embeddings.word}.weight`], batch.inputIds);
    const positions = embedding(parameters[`${embeddings.position}.weight`], batch.positionIds);
    return encoderStates(tf.add(words, positions), layers, { batch, parameters, ...options });
  },
};
