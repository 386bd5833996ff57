import type { HostTensor, HostTensors } from '@attune/engine';
import { linearModules } from './linear-modules';
import { isLoraModel } from './lora/with-lora';
import type { Model } from './model';

/** Transformation of logits: logits / temperature + offsets. */
export interface LogitShift {
  /** Divisor of the logits, above 0; default 1. */
  readonly temperature?: number;
  /** Offsets, one per output; default 0. */
  readonly offsets?: ArrayLike<number>;
}

/**
 * Weight and bias of the last linear layer, by name, changed so that the model's logits become logits / temperature + offsets. The
 * given parameters are not modified.
 *
 * Undefined if no layer can express the shift: its matrix is shared, it has no bias, or it is not saved with
 * the adapters of the model.
 *
 * @example
 * const shifted = shiftLogits(model, parameters, { temperature: 2, offsets: [0, 0.5] });
 * if (shifted) await saveModel('shifted', { ...model, parameters: { ...parameters, ...shifted } });
 */
export function shiftLogits(
  model: Model,
  parameters: HostTensors,
  { temperature = 1, offsets }: LogitShift,
): Record<string, HostTensor> | undefined {
  const layer = ownLayer(model);
  if (!layer?.every((name) => parameters[name]?.dtype === 'float32')) return undefined;
  const [weight, bias] = layer;
  const scaled = ({ data }: HostTensor) => Float32Array.from(data as Float32Array, (x) => x / temperature);
  const moved = (x: number, i: number) => x / temperature + (offsets?.[i] ?? 0);
  return {
    [weight]: { ...parameters[weight], data: scaled(parameters[weight]) } as HostTensor,
    [bias]: {
      ...parameters[bias],
      data: Float32Array.from(parameters[bias].data as Float32Array, moved),
    } as HostTensor,
  };
}

/** Names of weight and bias of the layer that computes the logits, if it is not shared and is saved with the model. */
function ownLayer(model: Model): readonly [weight: string, bias: string] | undefined {
  const whole = isLoraModel(model) ? model.base : model;
  const made = linearModules(whole).find(({ makesLogits }) => makesLogits);
  if (!made || made.weight !== `${made.name}.weight` || Object.values(whole.tied).includes(made.weight))
    return undefined;
  const bias = `${made.name}.bias`;
  if (!Object.hasOwn(whole.specs, bias) || Object.values(whole.tied).includes(bias)) return undefined;
  if (isLoraModel(model)) {
    const isSaved = [made.weight, bias].every(model.isTrainable);
    if (!isSaved || model.adapted.some(({ name }) => name === made.name)) return undefined;
  }
  return [made.weight, bias];
}
