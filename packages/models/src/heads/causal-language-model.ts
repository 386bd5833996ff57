import { type Specs, softmaxCrossEntropy } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import { modulesOf } from '../families';
import { adapt } from '../lora/hook';
import { timesWeight } from '../quantised/product';
import type { Head } from './head';

function namesOf(config: ModelConfig): { tied: boolean; name: string; own: string; words: string } {
  const { decoder, words } = modulesOf(config, 'causalLanguageModel');
  return { tied: config.decoder!.tied, name: decoder, own: `${decoder}.weight`, words };
}

/**
 * Logits of the token after each one that is read, over the vocabulary: state · decoderᵀ.
 *
 * The decoder is the table of word embeddings, or a matrix of its own where `tie_word_embeddings` is not true. Labels are
 * [reads] int32, at each token the id of the next one, as `nextTokens` gives them; −100 is left out of the loss, the mean
 * over the others.
 * @see transformers' LlamaForCausalLM
 */
export const causalLanguageModelling: Head = {
  specs: (config): Specs => {
    const { tied, own } = namesOf(config);
    return tied ? {} : { [own]: { shape: [config.vocabSize, config.hiddenSize], dtype: 'float32' } };
  },
  logits: (read, { parameters, config }) => {
    const { tied, name, own, words } = namesOf(config);
    const logits = timesWeight(read, parameters, tied ? words : own); // [reads, vocab]
    return adapt(logits, { x: read, parameters, name });
  },
  loss: (logits, { labels, weights }, _, options) => softmaxCrossEntropy(logits, labels, weights, options),
  tied: (config) => {
    const { tied, own, words } = namesOf(config);
    return tied ? { [own]: words } : {};
  },
};
