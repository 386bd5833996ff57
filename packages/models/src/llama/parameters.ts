import type { Specs } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';

export const words = 'model.embed_tokens';
export const finalNorm = 'model.norm';
export const decoder = 'lm_head';

/** What a checkpoint calls the modules of one layer. */
export interface LayerNames {
  readonly attentionNorm: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly feedForwardNorm: string;
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}

/** The names of layer `i`, as transformers' LlamaDecoderLayer has them. */
export function layerNames(i: number): LayerNames {
  const layer = `model.layers.${i}`;
  return {
    attentionNorm: `${layer}.input_layernorm`,
    query: `${layer}.self_attn.q_proj`,
    key: `${layer}.self_attn.k_proj`,
    value: `${layer}.self_attn.v_proj`,
    attentionOutput: `${layer}.self_attn.o_proj`,
    feedForwardNorm: `${layer}.post_attention_layernorm`,
    gate: `${layer}.mlp.gate_proj`,
    up: `${layer}.mlp.up_proj`,
    down: `${layer}.mlp.down_proj`,
  };
}

/** Shapes of the parameters below the head, in the checkpoint's order. No module has a bias. */
export function llamaSpecs(config: ModelConfig): Specs {
  const { vocabSize, hiddenSize, layers } = config;
  return {
    ...weight(words, vocabSize, hiddenSize),
    ...Object.assign({}, ...Array.from({ length: layers }, (_, i) => layerSpecs(layerNames(i), config))),
    ...weight(finalNorm, hiddenSize),
  };
}

function layerSpecs(names: LayerNames, config: ModelConfig): Specs {
  const { hiddenSize, intermediateSize, heads } = config;
  const { headDim, keyValueHeads } = config.decoder!;
  return {
    ...weight(names.attentionNorm, hiddenSize),
    ...weight(names.query, heads * headDim, hiddenSize),
    ...weight(names.key, keyValueHeads * headDim, hiddenSize),
    ...weight(names.value, keyValueHeads * headDim, hiddenSize),
    ...weight(names.attentionOutput, hiddenSize, heads * headDim),
    ...weight(names.feedForwardNorm, hiddenSize),
    ...weight(names.gate, intermediateSize, hiddenSize),
    ...weight(names.up, intermediateSize, hiddenSize),
    ...weight(names.down, hiddenSize, intermediateSize),
  };
}

const weight = (name: string, ...shape: number[]): Specs => ({ [`${name}.weight`]: { shape, dtype: 'float32' } });
