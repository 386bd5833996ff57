import { type Rotation, sequenceBias } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig, Rope } from '../checkpoint/model-config';
import type { Pass } from '../pass';
import { rotationAt } from './rope';

/** Tokens whose queries are computed, and the keys that they may see. */
export interface Tokens {
  /** `[rows, 1, queries, keys]`: a query sees its own sequence up to itself, of a window the last `window` tokens alone. */
  readonly bias: (window: number | undefined) => tf.Tensor;
  /** How each token's query and key are turned. */
  readonly rotation: (rope: Rope) => Rotation;
}

/** What a layer has to know of where its tokens are. */
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

/** The places of each layer: layers that look equally far share theirs. */
export function placesOf(tokens: Tokens, { layers, decoder }: ModelConfig): readonly Places[] {
  const { rope, localRope = rope, window } = decoder!;
  const isLocal = Array.from({ length: layers }, (_, layer) => window?.layers[layer] ?? false);
  const far = isLocal.includes(false) ? { bias: tokens.bias(undefined), rotation: tokens.rotation(rope) } : undefined;
  const near = isLocal.includes(true)
    ? { bias: tokens.bias(window!.size), rotation: tokens.rotation(localRope) }
    : undefined;
  return isLocal.map((local) => (local ? near! : far!));
}
