import { type Rotation, sequenceBias } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig, Rope } from '../checkpoint/model-config';
import type { Pass } from '../pass';
import { rotationAt } from './rope';

/** Tokens whose queries are computed, and their visible keys. */
export interface Tokens {
  /** `[rows, 1, queries, keys]`: a query attends to its own sequence up to itself, or to the last `window` tokens of it. */
  readonly bias: (window: number | undefined) => tf.Tensor;
  /** Rotation of each token's query and key. */
  readonly rotation: (rope: Rope) => Rotation;
}

/** Mask and rotation of a layer. */
export interface Places {
  /** [rows, 1, queries, keys] */
  readonly bias: tf.Tensor;
  readonly rotation: Rotation;
}

/** All tokens of a packed batch. */
export function packedTokens({ config, batch: { sequenceIds, positionIds } }: Pass): Tokens {
  const positions = tf.reshape(positionIds, sequenceIds.shape); // [rows, length]
  return {
    bias: (window) => sequenceBias(sequenceIds, sequenceIds, { queries: positions, window }),
    rotation: (rope) => rotationAt(positionIds, config.decoder!.headDim, rope),
  };
}

/** Masks and rotations of all layers. Layers with the same window share theirs. */
export function placesOf(tokens: Tokens, { layers, decoder }: ModelConfig): readonly Places[] {
  const { rope, localRope = rope, window } = decoder!;
  const isLocal = Array.from({ length: layers }, (_, layer) => window?.layers[layer] ?? false);
  const far = isLocal.includes(false) ? { bias: tokens.bias(undefined), rotation: tokens.rotation(rope) } : undefined;
  const near = isLocal.includes(true)
    ? { bias: tokens.bias(window!.size), rotation: tokens.rotation(localRope) }
    : undefined;
  return isLocal.map((local) => (local ? near! : far!));
}
