import { softmaxCrossEntropy } from '@attune/engine';
import { applyLinear, linearSpecs } from '../encoder/modules';
import { modulesOf } from '../families';
import type { Head } from './head';

/**
 * Logits of each token that is read, from its last state: classifier(drop(state)), with no pooler in between.
 *
 * Labels are [reads] int32 class ids; −100 is left out of the loss, the mean over the others.
 * @see transformers' BertForTokenClassification and DistilBertForTokenClassification
 */
export const tokenClassification: Head = {
  specs: ({ hiddenSize, labels }) => linearSpecs('classifier', hiddenSize, labels.length),
  logits: (read, { parameters, config, drop }) => {
    const { dropout } = modulesOf(config, 'tokenClassification');
    return applyLinear(drop(read, config[dropout]), parameters, 'classifier'); // [reads, labels]
  },
  loss: (logits, { labels, weights }, _, options) => softmaxCrossEntropy(logits, labels, weights, options),
};
