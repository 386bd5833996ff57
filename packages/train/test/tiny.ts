import { parseModelConfig, sequenceClassifier } from '@attune/models';
import type { LabeledTexts } from '../src/tasks/sequence/examples';

/** A model of a few thousand parameters, for tests of what surrounds it. */
export const tinyConfig = {
  n_layers: 1,
  dim: 32,
  n_heads: 2,
  hidden_dim: 64,
  vocab_size: 300,
  max_position_embeddings: 64,
  initializer_range: 0.2, // about 1/√dim: so small a model starts slowly from 0.02
};

export function tinyModel(labels: readonly string[], more: Record<string, unknown> = {}) {
  const config = parseModelConfig({ model_type: 'distilbert', ...tinyConfig, ...more }, 'tiny');
  return sequenceClassifier({ ...config, labels });
}

const words = {
  farm: ['wheat', 'cattle', 'orchard', 'tractor', 'harvest'],
  bank: ['loan', 'deposit', 'mortgage', 'credit', 'interest'],
  ship: ['harbour', 'cargo', 'vessel', 'anchor', 'freight'],
};

/** Texts of two or three words of one field, with a filler: learnable, and different at every seed. */
export function fieldTexts(count: number, seed: number): LabeledTexts {
  const fields = Object.keys(words) as (keyof typeof words)[];
  const texts: string[] = [];
  const labels: string[] = [];
  for (let i = 0; i < count; i++) {
    const label = fields[i % fields.length];
    const pick = (k: number) => words[label][(i * 7 + k * 3 + seed * (k + 1)) % words[label].length];
    texts.push([pick(0), 'and', pick(1), ...(i % 2 ? [pick(2)] : [])].join(' '));
    labels.push(label);
  }
  return { texts, labels };
}

/** The same of a model that writes. */
export const tinyLlama = {
  num_hidden_layers: 1,
  hidden_size: 32,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  intermediate_size: 64,
  vocab_size: 320,
  max_position_embeddings: 64,
  initializer_range: 0.2,
};
