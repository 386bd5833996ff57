// What is measured: a model's shape, what is adapted, the optimizer, and the sides.

import { tinyLlama } from '../common/random-llama.mjs';

const lora = {
  r: 32,
  alpha: 64,
  targetModules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj', 'lm_head'],
};

/** How a base is held, on which side; bytes a number, and what a process takes besides its numbers. */
export const sides = {
  int4: { format: 'int4', bytes: 0.56 },
  int8: { format: 'int8', bytes: 1.06 },
  nf4: { format: 'nf4', bytes: 0.56 },
  fp32: { bytes: 4 },
  // Matrix products in bfloat16, on tfjs-node.
  'int4-bf16': { format: 'int4', engine: 'tfjs-node', products: 'bfloat16', bytes: 0.56 },
  'int8-bf16': { format: 'int8', engine: 'tfjs-node', products: 'bfloat16', bytes: 1.06 },
  'fp32-bf16': { engine: 'tfjs-node', products: 'bfloat16', bytes: 4 },
  'peft-fp32': { peer: true, dtype: 'float32', bytes: 4 },
  'peft-bf16': { peer: true, dtype: 'bfloat16', bytes: 2 },
};

/** @returns what both sides are told: one text of so many tokens, the same in every step */
export function planOf({ layers = tinyLlama.num_hidden_layers, tokens = 256, steps = 5, warmup = 2, ...settings }) {
  const config = { ...tinyLlama, num_hidden_layers: layers };
  const ids = Array.from({ length: tokens }, (_, i) => 3 + ((i * 7919) % (config.vocab_size - 3)));
  const { threads, project, gradientCheckpointing } = settings;
  const optimizer = { learningRate: 2e-4, weightDecay: 0.01, maxGradNorm: 1 };
  return { config, lora, ids, steps, warmup, threads, project, gradientCheckpointing, ...optimizer };
}

/** Numbers in the linear modules of the layers, and in the embeddings and the decoder. */
export function countsOf({ config }) {
  const { hidden_size: hidden, intermediate_size: inner, vocab_size: vocab, num_hidden_layers: layers } = config;
  const ofKeys = (hidden / config.num_attention_heads) * config.num_key_value_heads;
  return { layers: layers * hidden * (2 * hidden + 2 * ofKeys + 3 * inner), tables: 2 * vocab * hidden };
}

/** About what a side's process takes at its most: its weights, what is kept of some 20 states of each layer, and the rest. */
export function bytesFor(name, { config, ids, ...plan }) {
  const { layers, tables } = countsOf({ config });
  const { bytes, dtype } = sides[name];
  const states = plan.gradientCheckpointing ? 1 : 20;
  const kept = 4 * config.num_hidden_layers * ids.length * config.hidden_size * states;
  return layers * bytes + tables * (dtype === 'bfloat16' ? 2 : 4) + kept + 1.2e9;
}
