import { layerNorm, linear, type Specs, type Tensors } from '@attune/engine';
import { add, type Tensor } from '@tensorflow/tfjs-core';
import { adapt } from '../lora/hook';
import { formatIn, timesWeight } from '../quantised/product';

/** A module is a name; its parameters are `name.weight` and `name.bias`, laid out as the checkpoint lays them out. */
export const applyLinear = (x: Tensor, parameters: Tensors, name: string): Tensor =>
  adapt(product(x, parameters, name), { x, parameters, name });

function product(x: Tensor, parameters: Tensors, name: string): Tensor {
  const [weight, bias] = [`${name}.weight`, parameters[`${name}.bias`]];
  if (formatIn(parameters, weight)) return add(timesWeight(x, parameters, weight), bias);
  return linear(x, parameters[weight], bias);
}

export const applyLayerNorm = (x: Tensor, parameters: Tensors, name: string, epsilon: number): Tensor =>
  layerNorm(x, parameters[`${name}.weight`], parameters[`${name}.bias`], epsilon);

const float32 = 'float32' as const;

/** Shapes of a linear module's parameters. */
export const linearSpecs = (name: string, inputs: number, outputs: number): Specs => ({
  [`${name}.weight`]: { shape: [outputs, inputs], dtype: float32 },
  [`${name}.bias`]: { shape: [outputs], dtype: float32 },
});

export const layerNormSpecs = (name: string, hidden: number): Specs => ({
  [`${name}.weight`]: { shape: [hidden], dtype: float32 },
  [`${name}.bias`]: { shape: [hidden], dtype: float32 },
});

export const embeddingSpecs = (name: string, rows: number, hidden: number): Specs => ({
  [`${name}.weight`]: { shape: [rows, hidden], dtype: float32 },
});
