import { decoderFormat } from './decoder/config';
import { decoderFamily } from './decoder/family';
import { headNormNames, layerNames } from './decoder/layout';
import { lastLayers } from './decoder/windows';

/** transformers' defaults of Qwen2 and Qwen3. */
const absent = {
  vocabSize: 151_936,
  hiddenSize: 4096,
  layers: 32,
  heads: 32,
  keyValueHeads: 32,
  intermediateSize: 22_016,
  maxPositions: 32_768,
};

/**
 * Qwen2 and Qwen2.5: Llama with biases of queries, keys and values.
 *
 * @see Yang et al.: Qwen2 Technical Report (2024); transformers' Qwen2Config and Qwen2Model
 */
export const qwen2 = decoderFamily({
  format: decoderFormat({ modelType: 'qwen2', className: 'Qwen2', absent, windows: lastLayers, idle: ['use_mrope'] }),
  layerNames,
  biases: ['query', 'key', 'value'],
});

/**
 * Qwen3: Llama with a norm for each query head and key head.
 *
 * @see Yang et al.: Qwen3 Technical Report (2025); transformers' Qwen3Config and Qwen3Model
 */
export const qwen3 = decoderFamily({
  format: decoderFormat({
    modelType: 'qwen3',
    className: 'Qwen3',
    absent: { ...absent, headDim: 128 },
    windows: lastLayers,
    only: { attention_bias: false },
  }),
  layerNames: headNormNames,
});
