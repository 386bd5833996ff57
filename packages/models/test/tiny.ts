import type { HostTensor } from '@attune/engine';
import { isInFile, type NumberKey, rowsBeforeFirst } from '../src/checkpoint/config-format';
import type { ModelConfig, ModelType } from '../src/checkpoint/model-config';
import { parseModelConfig } from '../src/config';
import { decoders, encoders, formatOf } from '../src/families';
import { initialize } from '../src/initialize';
import type { Model } from '../src/model';

const sizes = { layers: 2, hiddenSize: 16, heads: 2, intermediateSize: 24, vocabSize: 40, maxPositions: 16 } as const;

/** Every family of encoders. */
export const encoderTypes = Object.keys(encoders) as (keyof typeof encoders)[];

/** Every family of decoders. */
export const decoderTypes = Object.keys(decoders) as (keyof typeof decoders)[];

/** What else a tiny decoder is: heads and a window that are not transformers' defaults. */
const tinyDecoder = { num_key_value_heads: 2, head_dim: 8, sliding_window: 3 };
const moreOf: Partial<Record<ModelType, Readonly<Record<string, unknown>>>> = {
  gemma3_text: { ...tinyDecoder, query_pre_attn_scalar: 5, sliding_window_pattern: 2 },
  mistral: tinyDecoder,
  qwen2: { ...tinyDecoder, use_sliding_window: true, max_window_layers: 1 },
  qwen3: tinyDecoder,
};

/** A configuration of a few thousand parameters, with weights large enough to tell one output from another. */
export function tinyConfig(modelType: ModelType, more: Readonly<Record<string, unknown>> = {}): ModelConfig {
  const format = formatOf(modelType);
  const maxPositions = sizes.maxPositions + rowsBeforeFirst(format, { padTokenId: 1 });
  const named = Object.entries({ ...sizes, maxPositions, initializerRange: 0.3 }).map(([key, value]) => {
    const field = format.fields[key as NumberKey];
    return [isInFile(field) ? field.name : key, value];
  });
  const narrower = modelType === 'electra' && { embedding_size: 8 };
  const oneSegment = format.positionsFollowPadding && { type_vocab_size: 1 };
  return parseModelConfig(
    { model_type: modelType, ...Object.fromEntries(named), ...narrower, ...oneSegment, ...moreOf[modelType], ...more },
    'tiny',
  );
}

export const tinyParameters = ({ specs, config }: Model, seed = 1): Record<string, HostTensor> =>
  initialize(specs, config, seed);

/** Directories of fixtures/make_decoders.py. */
export const tinyDecoders = ['llama-llama3', 'llama-linear', 'qwen2-yarn', 'qwen3', 'mistral', 'gemma3'];
