import { decoderFormat } from './decoder/config';
import { decoderFamily } from './decoder/family';
import { layerNames } from './decoder/layout';
import { everyLayer } from './decoder/windows';

/**
 * Mistral: Llama with sliding-window attention, if the file has a window.
 *
 * @see Jiang et al.: Mistral 7B (2023); transformers' MistralConfig and MistralModel
 */
export const mistral = decoderFamily({
  format: decoderFormat({
    modelType: 'mistral',
    className: 'Mistral',
    absent: {
      vocabSize: 32_000,
      hiddenSize: 4096,
      layers: 32,
      heads: 32,
      keyValueHeads: 8,
      intermediateSize: 14_336,
      maxPositions: 131_072,
    },
    windows: everyLayer,
  }),
  layerNames,
});
