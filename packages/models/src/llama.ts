import { decoderFormat } from './decoder/config';
import { decoderFamily } from './decoder/family';
import { layerNames } from './decoder/layout';

/**
 * Llama: a decoder in which each token attends to its own sequence up to itself. The last hidden state is normalized.
 *
 * @see Touvron et al.: LLaMA (2023), Llama 2 (2023); transformers' LlamaConfig and LlamaModel
 */
export const llama = decoderFamily({
  format: decoderFormat({
    modelType: 'llama',
    className: 'Llama',
    absent: {
      vocabSize: 32_000,
      hiddenSize: 4096,
      layers: 32,
      heads: 32,
      intermediateSize: 11_008,
      maxPositions: 2048,
    },
    only: { attention_bias: false, mlp_bias: false },
    idle: ['is_llama_config', 'max_sequence_length', 'pretraining_tp'],
  }),
  layerNames,
});
