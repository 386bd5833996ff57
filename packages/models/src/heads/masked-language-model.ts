import { geluErf, linear, type Specs, softmaxCrossEntropy } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import { applyLayerNorm, applyLinear, layerNormSpecs, linearSpecs } from '../encoder/modules';
import { modulesOf } from '../families';
import { adapt } from '../lora/hook';
import type { Head } from './head';

const namesOf = (config: ModelConfig) => modulesOf(config, 'maskedLanguageModel');

/** Tied unless `config.json` says otherwise, as in transformers. */
export const isTied = ({ original }: ModelConfig) => original.tie_word_embeddings !== false;

/** What the decoder's weight and bias are called, shared with the embeddings or its own. */
function decoderNames(config: ModelConfig): { weight: string; bias: string } {
  const { decoder, tiedBias, words } = namesOf(config);
  return isTied(config) ? { weight: words, bias: tiedBias } : { weight: `${decoder}.weight`, bias: `${decoder}.bias` };
}

function decoderSpecs(config: ModelConfig): Specs {
  const { vocabSize, hiddenSize } = config;
  const { weight, bias } = decoderNames(config);
  const own: Specs = isTied(config) ? {} : { [weight]: { shape: [vocabSize, hiddenSize], dtype: 'float32' } };
  return { ...own, [bias]: { shape: [vocabSize], dtype: 'float32' } };
}

/**
 * Logits of each token that is read, over the vocabulary: decoder(norm(gelu(transform(state)))).
 *
 * The decoder's weight is the table of word embeddings, or one of its own where `tie_word_embeddings` is false. Labels
 * are [reads] int32 token ids; −100 is left out of the loss, the mean over the others.
 * @see transformers' BertForMaskedLM and DistilBertForMaskedLM
 */
export const maskedLanguageModelling: Head = {
  specs: (config) => {
    const { transform, norm } = namesOf(config);
    const { hiddenSize } = config;
    return {
      ...linearSpecs(transform, hiddenSize, hiddenSize),
      ...layerNormSpecs(norm, hiddenSize),
      ...decoderSpecs(config),
    };
  },
  logits: (read, { parameters, config }) => {
    const { transform, norm, decoder } = namesOf(config);
    const { weight, bias } = decoderNames(config);
    const inner = geluErf(applyLinear(read, parameters, transform)); // [reads, hidden]
    const normal = applyLayerNorm(inner, parameters, norm, config.layerNormEps);
    const logits = linear(normal, parameters[weight], parameters[bias]); // [reads, vocab]
    return adapt(logits, { x: normal, parameters, name: decoder });
  },
  loss: (logits, { labels, weights }, _, options) => softmaxCrossEntropy(logits, labels, weights, options),
  tied: (config) => {
    const { decoder, tiedBias } = namesOf(config);
    const { weight, bias } = decoderNames(config);
    const spellings = [
      [`${decoder}.weight`, weight],
      [`${decoder}.bias`, bias],
      [tiedBias, bias],
    ];
    return Object.fromEntries(spellings.filter(([inFile, here]) => inFile !== here));
  },
};
