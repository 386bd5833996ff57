import type { HostTensor } from '@attune/engine';
import { type ModelConfig, parseModelConfig } from '../checkpoint/config';
import { initialise } from '../initialise';
import type { Model } from '../model';

const sizes = {
  bert: { num_hidden_layers: 2, hidden_size: 16, num_attention_heads: 2, intermediate_size: 24 },
  distilbert: { n_layers: 2, dim: 16, n_heads: 2, hidden_dim: 24 },
};

/** A configuration of a few thousand parameters, with weights large enough to tell one output from another. */
export function tinyConfig(
  modelType: 'bert' | 'distilbert',
  more: Readonly<Record<string, unknown>> = {},
): ModelConfig {
  const shared = { vocab_size: 40, max_position_embeddings: 16, initializer_range: 0.3 };
  return parseModelConfig({ model_type: modelType, ...shared, ...sizes[modelType], ...more }, 'tiny');
}

export const tinyParameters = ({ specs, config }: Model, seed = 1): Record<string, HostTensor> =>
  initialise(specs, config, seed);
