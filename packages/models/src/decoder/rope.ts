import { type Rotation, rotationOf } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Llama3Scaling, Rope, YarnScaling } from '../checkpoint/model-config';

/** Rotation of queries and keys at positions [tokens]; YaRN also scales them. */
export function rotationAt(positionIds: tf.Tensor, headDim: number, rope: Rope): Rotation {
  const { cosines, sines } = rotationOf(positionIds, ropeFrequencies(headDim, rope));
  const { attentionFactor = 1 } = rope.type === 'yarn' ? rope : {};
  if (attentionFactor === 1) return { cosines, sines };
  return { cosines: tf.mul(cosines, attentionFactor), sines: tf.mul(sines, attentionFactor) };
}

/**
 * Frequencies of rotary position embedding in radians per position: θ^(−2i / headDim), scaled.
 *
 * `linear` divides each frequency by the factor. `llama3` divides those with a wavelength above the original context / low factor,
 * keeps those below the original context / high factor, and interpolates in between.
 * `yarn` interpolates by channel pair. `dynamic` keeps all frequencies, because texts longer than the original context are refused.
 *
 * @returns headDim / 2 numbers
 * @see transformers' `modeling_rope_utils.py`; Llama 3.1's `apply_scaling`; Peng et al.: YaRN (2023)
 * @example
 * ropeFrequencies(4, { type: 'default', theta: 10_000 }); // [ 1, 0.01 ]
 */
export function ropeFrequencies(headDim: number, rope: Rope): number[] {
  const plain = Array.from({ length: headDim / 2 }, (_, i) => rope.theta ** ((-2 * i) / headDim));
  if (rope.type === 'linear') return plain.map((frequency) => frequency / rope.factor);
  if (rope.type === 'llama3') return plain.map((frequency) => stretched(frequency, rope));
  if (rope.type === 'yarn') {
    const [low, high] = yarnRange(headDim, rope);
    return plain.map((frequency, i) => divided(frequency, { factor: rope.factor, kept: 1 - ramp(i, low, high) }));
  }
  return plain;
}

/** A weighted mean of the frequency and the frequency divided by the factor. */
const divided = (frequency: number, { factor, kept }: { factor: number; kept: number }): number =>
  frequency * ((1 - kept) / factor + kept);

/** 0 up to `low`, 1 from `high` on. */
const ramp = (value: number, low: number, high: number): number =>
  Math.min(Math.max((value - low) / (high - low), 0), 1);

function stretched(
  frequency: number,
  { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions }: Llama3Scaling,
): number {
  const waves = (originalMaxPositions * frequency) / (2 * Math.PI); // that fit into the original context
  return divided(frequency, { factor, kept: ramp(waves, low, high) });
}

/** The channel pair up to which frequencies are kept, and the one from which they are divided in full. */
function yarnRange(
  headDim: number,
  { theta, betaFast, betaSlow, originalMaxPositions, truncates }: YarnScaling & { readonly theta: number },
): [low: number, high: number] {
  const pairOf = (turns: number) =>
    (headDim * Math.log(originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [first, last] = [pairOf(betaFast), pairOf(betaSlow)];
  const low = Math.max(truncates ? Math.floor(first) : first, 0);
  const high = Math.min(truncates ? Math.ceil(last) : last, headDim - 1);
  return [low, high === low ? high + 0.001 : high];
}
