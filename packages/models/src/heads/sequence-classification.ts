import { type LossOptions, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { applyLinear, linearSpecs } from '../encoder/modules';
import { modulesOf } from '../families';
import type { Head } from './head';

const activations = { relu: tf.relu, tanh: tf.tanh };

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
 * Logits of each sequence from the last state of its first token: classifier(drop(activation(pooler(state)))).
 *
 * Labels are [reads] int32 class ids for a single label, else [reads, labels] float32.
 * @see transformers' BertForSequenceClassification and DistilBertForSequenceClassification
 */
export const sequenceClassification: Head = {
  specs: (config) => ({
    ...linearSpecs(modulesOf(config, 'sequenceClassification').pooler, config.hiddenSize, config.hiddenSize),
    ...linearSpecs('classifier', config.hiddenSize, config.labels.length),
  }),
  logits: (read, { parameters, config, drop }) => {
    const { pooler, activation } = modulesOf(config, 'sequenceClassification');
    const pooled = activations[activation](applyLinear(read, parameters, pooler)); // [reads, hidden]
    return applyLinear(drop(pooled, config.classifierDropout), parameters, 'classifier'); // [reads, labels]
  },
  loss: (logits, { labels, weights }, { problemType }, options) =>
    losses[problemType ?? 'single_label_classification'](logits, labels, weights, options),
};
