import type { Specs } from '@attune/engine';

// A module is a name; its parameters are `name.weight` and `name.bias`, laid out as the checkpoint lays them out.

const float32 = 'float32' as const;

/** Shapes of a linear module's parameters. */
export const linearSpecs = (name: string, inputs: number, outputs: number): Specs => ({
  [`${name}.weight`]: { shape: [outputs, inputs], dtype: float32 },
  [`${name}.bias`]: { shape: [outputs], dtype: float32 },
});

/** Shapes of a layer norm's parameters. */
export const layerNormSpecs = (name: string, hidden: number): Specs => ({
  [`${name}.weight`]: { shape: [hidden], dtype: float32 },
  [`${name}.bias`]: { shape: [hidden], dtype: float32 },
});

/** Shape of the one parameter of a module without a bias: a table of embeddings, a matrix, or the scale of a norm. */
export const weightSpecs = (name: string, ...shape: number[]): Specs => ({
  [`${name}.weight`]: { shape, dtype: float32 },
});
