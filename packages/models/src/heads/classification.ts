import { geluErf, type LossOptions, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { linearSpecs, matrixSpecs } from '../specs';
import type { EncoderHeads, FamilyHeads, Head } from './head';
import { lastTokens } from './last-token';

const activations = { gelu: geluErf, relu: tf.relu, tanh: tf.tanh };

/**
 * Logits of each sequence from the last hidden state of its first token: classifier(drop(activation(pooler(state)))). Some families also apply
 * dropout to the state.
 *
 * Labels are [reads] int32 class ids for a single label, else [reads, labels] float32.
 * @see transformers' BertForSequenceClassification, DistilBertForSequenceClassification, RobertaClassificationHead
 */
export const sequenceClassification = ({
  pooler,
  activation,
  classifier,
  dropsState = false,
}: EncoderHeads['sequenceClassification']): Head => ({
  specs: ({ hiddenSize, labels }) => ({
    ...linearSpecs(pooler, hiddenSize, hiddenSize),
    ...linearSpecs(classifier, hiddenSize, labels.length),
  }),
  logits: (headStates, { pass, config, drop }) => {
    const state = dropsState ? drop(headStates, config.classifierDropout, 1) : headStates;
    const pooled = activations[activation](pass.linear(state, pooler)); // [reads, hidden]
    return pass.linear(drop(pooled, config.classifierDropout), classifier); // [reads, labels]
  },
  loss: problemLoss,
});

/**
 * Logits of each sequence from the last hidden state of its last token: score(state), without a bias.
 *
 * @see transformers' GenericForSequenceClassification
 */
export const lastTokenClassification = ({ classifier }: NonNullable<FamilyHeads['lastTokenClassification']>): Head => ({
  reads: lastTokens,
  specs: ({ hiddenSize, labels }) => matrixSpecs(classifier, hiddenSize, labels.length),
  logits: (headStates, { pass }) => pass.linear(headStates, classifier), // [reads, labels]
  loss: problemLoss,
});

/** Losses by `problem_type`, as in transformers, each with weights [reads]. */
const losses = {
  single_label_classification: softmaxCrossEntropy,
  multi_label_classification: sigmoidCrossEntropy,
  regression: squaredError,
};

function problemLoss(...[logits, { labels, weights }, { problemType }, options]: Parameters<Head['loss']>): tf.Tensor {
  return losses[problemType ?? 'single_label_classification'](logits, labels, weights, options);
}

function squaredError(predictions: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, options: LossOptions): tf.Tensor {
  const { labelSmoothing = 0, focalGamma = 0 } = options;
  if (labelSmoothing !== 0 || focalGamma !== 0)
    throw new RangeError(
      `loss: labelSmoothing and focalGamma are not used by a regression, got ${labelSmoothing} and ${focalGamma}; remove them`,
    );
  return meanSquaredError(predictions, targets, weights);
}

/** Module that computes a token classifier's logits, in every family. */
export const tokenClassifierModule = 'classifier';

/**
 * Logits of each token that the head reads, from its last hidden state: classifier(drop(state)), without a pooler.
 *
 * Labels are [reads] int32 class ids. The loss ignores −100 and is the mean over the others.
 * @see transformers' BertForTokenClassification and DistilBertForTokenClassification
 */
export const tokenClassification = ({ dropout }: EncoderHeads['tokenClassification']): Head => ({
  specs: ({ hiddenSize, labels }) => linearSpecs(tokenClassifierModule, hiddenSize, labels.length),
  logits: (headStates, { pass, config, drop }) => pass.linear(drop(headStates, config[dropout]), tokenClassifierModule), // [reads, labels]
  loss: (logits, { labels, weights }, _, options) => softmaxCrossEntropy(logits, labels, weights, options),
});
