import { type LossOptions, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { linearSpecs } from '../specs';
import type { EncoderHeads, Head } from './head';

const activations = { relu: tf.relu, tanh: tf.tanh };

/**
 * Logits of each sequence from the last state of its first token: classifier(drop(activation(pooler(state)))).
 *
 * Labels are [reads] int32 class ids for a single label, else [reads, labels] float32.
 * @see transformers' BertForSequenceClassification and DistilBertForSequenceClassification
 */
export const sequenceClassification = ({ pooler, activation }: EncoderHeads['sequenceClassification']): Head => ({
  specs: ({ hiddenSize, labels }) => ({
    ...linearSpecs(pooler, hiddenSize, hiddenSize),
    ...linearSpecs('classifier', hiddenSize, labels.length),
  }),
  logits: (headStates, { pass, config, drop }) => {
    const pooled = activations[activation](pass.linear(headStates, pooler)); // [reads, hidden]
    return pass.linear(drop(pooled, config.classifierDropout), 'classifier'); // [reads, labels]
  },
  loss: (logits, { labels, weights }, { problemType }, options) =>
    losses[problemType ?? 'single_label_classification'](logits, labels, weights, options),
});

/** The losses transformers chooses between by `problem_type`, each with weights [reads]. */
const losses = {
  single_label_classification: softmaxCrossEntropy,
  multi_label_classification: sigmoidCrossEntropy,
  regression: squaredError,
};

function squaredError(predictions: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, options: LossOptions): tf.Tensor {
  const { labelSmoothing = 0, focalGamma = 0 } = options;
  if (labelSmoothing !== 0 || focalGamma !== 0)
    throw new RangeError(
      `loss: a regression has neither labels to smooth nor probabilities to focus on, got labelSmoothing ${labelSmoothing} and focalGamma ${focalGamma}; leave them out`,
    );
  return meanSquaredError(predictions, targets, weights);
}

/**
 * Logits of each token that the head reads, from its last state: classifier(drop(state)), with no pooler in between.
 *
 * Labels are [reads] int32 class ids; −100 is left out of the loss, the mean over the others.
 * @see transformers' BertForTokenClassification and DistilBertForTokenClassification
 */
export const tokenClassification = ({ dropout }: EncoderHeads['tokenClassification']): Head => ({
  specs: ({ hiddenSize, labels }) => linearSpecs('classifier', hiddenSize, labels.length),
  logits: (headStates, { pass, config, drop }) => pass.linear(drop(headStates, config[dropout]), 'classifier'), // [reads, labels]
  loss: (logits, { labels, weights }, _, options) => softmaxCrossEntropy(logits, labels, weights, options),
});
