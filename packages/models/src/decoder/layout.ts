import type { ModelConfig } from '../checkpoint/model-config';
import { linearSpecs, matrixSpecs, type ParameterSpecs, rmsNormSpecs, tableSpecs } from '../specs';

// Checkpoints with Llama's layout: transformers reuses its module names in other families.

export const words = 'model.embed_tokens';
export const finalNorm = 'model.norm';
export const head = 'lm_head';

/** Differences between families of decoders with a norm before each half of a layer. */
export interface PreNormDecoder {
  /** Module names of a layer in the checkpoint. Norms without a name are absent. */
  readonly layerNames: (layer: number) => LayerNames;
  /** Linear modules with a bias; default none. */
  readonly biases?: readonly (keyof LayerNames)[];
  /** Offset added to the weight of a norm, whose initial value is lower by it; default 0. */
  readonly normOffset?: number;
  /** Whether embeddings are multiplied by the square root of their width; default false. */
  readonly scalesEmbeddings?: boolean;
}

/** Module names of one layer in a checkpoint. */
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
  /** Norm of each query head, before rotation. */
  readonly queryNorm?: string;
  /** Norm of each key head. */
  readonly keyNorm?: string;
  /** Norm of the attention output. */
  readonly attentionOutputNorm?: string;
  /** Norm of the feed-forward output. */
  readonly feedForwardOutputNorm?: string;
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

/** The same with a norm for each query head and key head, as in transformers' Qwen3DecoderLayer. */
export const headNormNames = (i: number): LayerNames => ({
  ...layerNames(i),
  queryNorm: `model.layers.${i}.self_attn.q_norm`,
  keyNorm: `model.layers.${i}.self_attn.k_norm`,
});

/** Shapes of the parameters of the decoder without its head, in the checkpoint's order. */
export function decoderSpecs(decoder: PreNormDecoder, config: ModelConfig): ParameterSpecs {
  const { vocabSize, hiddenSize, layers } = config;
  return {
    ...tableSpecs(words, [vocabSize, hiddenSize]),
    ...Object.assign({}, ...Array.from({ length: layers }, (_, i) => layerSpecs(decoder, i, config))),
    ...normSpecs(decoder, finalNorm, hiddenSize),
  };
}

function layerSpecs(decoder: PreNormDecoder, i: number, config: ModelConfig): ParameterSpecs {
  const { hiddenSize, intermediateSize, heads } = config;
  const { headDim, keyValueHeads } = config.decoder!;
  const names = decoder.layerNames(i);
  const linear = (part: keyof LayerNames, inputs: number, outputs: number) =>
    (decoder.biases?.includes(part) ? linearSpecs : matrixSpecs)(names[part]!, inputs, outputs);
  const norm = (part: keyof LayerNames, width: number) =>
    names[part] === undefined ? {} : normSpecs(decoder, names[part], width);
  return {
    ...norm('attentionNorm', hiddenSize),
    ...linear('query', hiddenSize, heads * headDim),
    ...linear('key', hiddenSize, keyValueHeads * headDim),
    ...linear('value', hiddenSize, keyValueHeads * headDim),
    ...norm('queryNorm', headDim),
    ...norm('keyNorm', headDim),
    ...linear('attentionOutput', heads * headDim, hiddenSize),
    ...norm('attentionOutputNorm', hiddenSize),
    ...norm('feedForwardNorm', hiddenSize),
    ...linear('gate', hiddenSize, intermediateSize),
    ...linear('up', hiddenSize, intermediateSize),
    ...linear('down', intermediateSize, hiddenSize),
    ...norm('feedForwardOutputNorm', hiddenSize),
  };
}

const normSpecs = ({ normOffset = 0 }: PreNormDecoder, name: string, width: number) =>
  rmsNormSpecs(name, width, { start: 1 - normOffset });
