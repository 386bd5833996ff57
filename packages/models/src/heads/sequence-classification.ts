import { meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { applyLinear, linearSpecs } from '../encoder/modules';
import { readLast } from './_read-last';
import type { Head } from './head';

/** The module between the first token's state and the classifier, and what follows it. */
const poolers = {
  bert: { name: 'bert.pooler.dense', activation: tf.tanh },
  distilbert: { name: 'pre_classifier', activation: tf.relu },
} as const;

/** The losses transformers chooses between by `problem_type`, each with weights [reads]. */
const losses = {
  single_label_classification: softmaxCrossEntropy,
  multi_label_classification: sigmoidCrossEntropy,
  regression: meanSquaredError,
};

/**
 * Logits of each sequence from the last state of its first token: classifier(drop(activation(pooler(state)))).
 *
 * Labels are [reads] int32 class ids for a single label, else [reads, labels] float32.
 * @see transformers' BertForSequenceClassification and DistilBertForSequenceClassification
 */
export const sequenceClassification: Head = {
  specs: ({ modelType, hiddenSize, labels }) => ({
    ...linearSpecs(poolers[modelType].name, hiddenSize, hiddenSize),
    ...linearSpecs('classifier', hiddenSize, labels.length),
  }),
  logits: (states, { batch, parameters, config, drop }) => {
    const { name, activation } = poolers[config.modelType];
    const pooled = activation(applyLinear(readLast(states, batch), parameters, name)); // [reads, hidden]
    return applyLinear(drop(pooled, config.classifierDropout), parameters, 'classifier'); // [reads, labels]
  },
  loss: (logits, { labels, weights }, { problemType }) =>
    losses[problemType ?? 'single_label_classification'](logits, labels, weights),
};
