import type { Llama3Scaling, Rope } from './rope-config';

/**
 * The frequencies of rotary position embedding, in radians a position: θ^(−2i / headDim), scaled.
 *
 * `linear` divides each by the factor. `llama3` divides those whose wave is longer than the original context divided by
 * its low factor, leaves those shorter than that divided by its high one, and goes over from one to the other between.
 *
 * @returns headDim / 2 numbers
 * @see transformers' `modeling_rope_utils.py`; Llama 3.1's `apply_scaling`
 * @example
 * ropeFrequencies(4, { type: 'default', theta: 10_000 }); // [ 1, 0.01 ]
 */
export function ropeFrequencies(headDim: number, rope: Rope): number[] {
  const plain = Array.from({ length: headDim / 2 }, (_, i) => rope.theta ** ((-2 * i) / headDim));
  if (rope.type === 'linear') return plain.map((frequency) => frequency / rope.factor);
  if (rope.type === 'llama3') return plain.map((frequency) => stretched(frequency, rope));
  return plain;
}

function stretched(
  frequency: number,
  { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions }: Llama3Scaling,
): number {
  const waves = (originalMaxPositions * frequency) / (2 * Math.PI); // that fit into the original context
  const kept = Math.min(Math.max((waves - low) / (high - low), 0), 1);
  return frequency * ((1 - kept) / factor + kept);
}
