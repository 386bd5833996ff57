import { softmaxCrossEntropy } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import { applyLinear, linearSpecs } from '../encoder/modules';
import { readLast } from './_read-last';
import type { Head } from './head';

/** DistilBERT has no rate of its own for this head: `seq_classif_dropout` is the sequence classifier's only. */
const dropoutRate = ({ modelType, classifierDropout, hiddenDropout }: ModelConfig) =>
  modelType === 'bert' ? classifierDropout : hiddenDropout;

/**
 * Logits of each token that is read, from its last state: classifier(drop(state)), with no pooler in between.
 *
 * Labels are [reads] int32 class ids; −100 is left out of the loss, the mean over the others.
 * @see transformers' BertForTokenClassification and DistilBertForTokenClassification
 */
export const tokenClassification: Head = {
  specs: ({ hiddenSize, labels }) => linearSpecs('classifier', hiddenSize, labels.length),
  logits: (states, { batch, parameters, config, drop }) =>
    applyLinear(drop(readLast(states, batch), dropoutRate(config)), parameters, 'classifier'), // [reads, labels]
  loss: (logits, { labels, weights }) => softmaxCrossEntropy(logits, labels, weights),
};
