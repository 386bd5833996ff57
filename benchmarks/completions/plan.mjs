/** What is trained on each side: adapters over a base in a format, or everything. */
export const sides = {
  lora: { lora: true },
  'lora-int8': { lora: true, format: 'int8' },
  'lora-int4': { lora: true, format: 'int4' },
  full: {},
  peft: { lora: true, peer: true },
};

export const lora = {
  r: 32,
  alpha: 64,
  targetModules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
};

export const optimizer = { learningRate: 5e-4, weightDecay: 0, maxGradNorm: 1 };
