import { embedding, type Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The last layer's states of the tokens that the batch reads: [reads, hidden]. */
export const readLast = (states: readonly Tensor[], batch: Tensors): Tensor =>
  embedding(states[states.length - 1], batch.reads);
