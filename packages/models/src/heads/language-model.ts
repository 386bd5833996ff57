import { geluErf, type Specs, softmaxCrossEntropy } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';
import { layerNormSpecs, linearSpecs, matrixSpecs } from '../specs';
import type { EncoderHeads, FamilyHeads, Head } from './head';

/**
 * Logits of each token that the head reads, over the vocabulary: decoder(norm(gelu(transform(state)))).
 *
 * The decoder's weight is the table of word embeddings, or a separate matrix if `tie_word_embeddings` is false. Labels
 * are [reads] int32 token ids. The loss ignores −100 and is the mean over the others.
 * @see transformers' BertForMaskedLM, DistilBertForMaskedLM, RobertaLMHead and ElectraGeneratorPredictions
 */
export function maskedLanguageModeling(names: EncoderHeads['maskedLanguageModel']): Head {
  const { transform, norm, decoder, tiedBias } = names;
  return {
    specs: (config) => ({
      ...linearSpecs(transform, config.hiddenSize, config.embeddingSize),
      ...layerNormSpecs(norm, config.embeddingSize),
      ...decoderSpecs(config, names),
    }),
    logits: (headStates, { pass, config }) => {
      const inner = geluErf(pass.linear(headStates, transform)); // [reads, embedding]
      return pass.linear(pass.norm(inner, norm), decoder, decoderTensors(config, names)); // [reads, vocab]
    },
    loss: (logits, { labels, weights }, _, options) => softmaxCrossEntropy(logits, labels, weights, options),
    tied: (config) => {
      const { weight, bias } = decoderTensors(config, names);
      const spellings = [
        [`${decoder}.weight`, weight],
        [`${decoder}.bias`, bias],
        [tiedBias, bias],
      ];
      return Object.fromEntries(spellings.filter(([inFile, here]) => inFile !== here));
    },
  };
}

/** Whether a masked language model's decoder shares the table of word embeddings: default true, as in transformers. */
export const isTied = ({ original }: ModelConfig) => original.tie_word_embeddings !== false;

/** Names of the decoder's weight and bias, shared with the embeddings or its own. */
function decoderTensors(
  config: ModelConfig,
  { decoder, tiedBias, words }: EncoderHeads['maskedLanguageModel'],
): { weight: string; bias: string } {
  return isTied(config) ? { weight: words, bias: tiedBias } : { weight: `${decoder}.weight`, bias: `${decoder}.bias` };
}

function decoderSpecs(config: ModelConfig, names: EncoderHeads['maskedLanguageModel']): Specs {
  const { vocabSize, embeddingSize } = config;
  const { bias } = decoderTensors(config, names);
  return {
    ...(!isTied(config) && matrixSpecs(names.decoder, embeddingSize, vocabSize)),
    [bias]: { shape: [vocabSize], dtype: 'float32' },
  };
}

/**
 * Logits over the vocabulary for the token after each one that the head reads: state · decoderᵀ.
 *
 * The decoder is the table of word embeddings, or a separate matrix if `tie_word_embeddings` is not true. Labels are
 * [reads] int32: for each token the id of the next one, as from `nextTokens`. The loss ignores −100 and is the mean
 * over the others.
 * @see transformers' LlamaForCausalLM
 */
export function causalLanguageModeling({ decoder, words }: NonNullable<FamilyHeads['causalLanguageModel']>): Head {
  const own = `${decoder}.weight`;
  const isTied = (config: ModelConfig) => config.decoder!.tied;
  return {
    specs: (config) => (isTied(config) ? {} : matrixSpecs(decoder, config.hiddenSize, config.vocabSize)),
    logits: (headStates, { pass, config }) =>
      pass.linear(headStates, decoder, { weight: isTied(config) ? words : own }), // [reads, vocab]
    loss: (logits, { labels, weights }, _, options) => softmaxCrossEntropy(logits, labels, weights, options),
    tied: (config) => (isTied(config) ? { [own]: words } : {}),
  };
}
