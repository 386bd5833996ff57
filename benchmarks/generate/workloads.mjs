// What writes: which model, after how many prompts, and how much.
import { paths } from '../common/paths.mjs';

/** By name; `needs` are names of `paths`. */
export const workloads = {
  stories: {
    says: 'stories260K, 200 tokens after one prompt',
    source: { pretrained: paths.stories },
    prompts: 1,
    promptTokens: 8,
    newTokens: 200,
    needs: ['stories'],
  },
  'stories-batch': {
    says: 'stories260K, 200 tokens after each of 8 prompts',
    source: { pretrained: paths.stories },
    prompts: 8,
    promptTokens: 8,
    newTokens: 200,
    needs: ['stories'],
  },
  'llama-45m': {
    says: 'a Llama of 45 million random weights, 64 tokens after 64',
    source: {
      config: {
        model_type: 'llama',
        hidden_size: 512,
        num_hidden_layers: 8,
        num_attention_heads: 8,
        num_key_value_heads: 4,
        intermediate_size: 1376,
        vocab_size: 32_000,
        max_position_embeddings: 512,
        tie_word_embeddings: true,
      },
    },
    prompts: 1,
    promptTokens: 64,
    newTokens: 64,
    needs: ['stories'],
  },
};
