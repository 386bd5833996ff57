import type { ConfigFormat } from '../checkpoint/config-format';
import type { Family } from '../encoder/family';
import { decoderSpecs, finalNorm, head, type PreNormDecoder, words } from './layout';
import { decoderStates } from './pre-norm';

/** A family of decoders: its `config.json`, and the differences of its layers. */
export interface DecoderFamilyOptions extends PreNormDecoder {
  readonly format: ConfigFormat;
}

/**
 * A family of decoders with Llama's layout, its differences given as data.
 *
 * @example
 * const qwen2 = decoderFamily({ format, layerNames, biases: ['query', 'key', 'value'] });
 */
export function decoderFamily({ format, ...decoder }: DecoderFamilyOptions): Family {
  return {
    format,
    prefix: 'model',
    specs: (config) => decoderSpecs(decoder, config),
    finalNorm,
    heads: {
      lastTokenClassification: { classifier: 'score' },
      causalLanguageModel: { decoder: head, words: `${words}.weight` },
    },
    forward: (pass, cache) => decoderStates(pass, decoder, cache),
  };
}
