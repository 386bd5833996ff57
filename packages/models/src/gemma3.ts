import { decoderFormat } from './decoder/config';
import { decoderFamily } from './decoder/family';
import { headNormNames, type LayerNames } from './decoder/layout';
import { ropeByLayer } from './decoder/rope-config';
import { fiveOfSix } from './decoder/windows';

/** The names of layer `i`, as transformers' Gemma3DecoderLayer has them. */
function layerNames(i: number): LayerNames {
  const layer = `model.layers.${i}`;
  return {
    ...headNormNames(i),
    attentionOutputNorm: `${layer}.post_attention_layernorm`,
    feedForwardNorm: `${layer}.pre_feedforward_layernorm`,
    feedForwardOutputNorm: `${layer}.post_feedforward_layernorm`,
  };
}

/**
 * Gemma 3 (text only): most layers use sliding-window attention, every sixth layer attends to the whole context. Norms stand before and after each half
 * of a layer, and 1 is added to their weights.
 *
 * @see Gemma Team: Gemma 3 Technical Report (2025); transformers' Gemma3TextConfig and Gemma3TextModel
 */
export const gemma3 = decoderFamily({
  format: decoderFormat({
    modelType: 'gemma3_text',
    className: 'Gemma3',
    textClassName: 'Gemma3Text',
    absent: {
      vocabSize: 262_208,
      hiddenSize: 2304,
      layers: 26,
      heads: 8,
      keyValueHeads: 4,
      headDim: 256,
      intermediateSize: 9216,
      maxPositions: 131_072,
      tied: true,
    },
    activation: { name: 'hidden_activation', only: 'gelu_pytorch_tanh' },
    rope: ropeByLayer,
    windows: fiveOfSix,
    queryScalar: { name: 'query_pre_attn_scalar', absent: 256 },
    only: {
      attention_bias: false,
      attn_logit_softcapping: null,
      final_logit_softcapping: null,
      use_bidirectional_attention: false,
    },
    idle: ['cache_implementation'],
  }),
  layerNames,
  normOffset: 1,
  scalesEmbeddings: true,
});
