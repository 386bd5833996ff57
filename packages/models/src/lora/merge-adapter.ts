import type { HostTensor, HostTensors } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import type { LinearModule } from '../linear-modules';
import { scaleOf } from './options';
import { type LoraModel, loraNames } from './with-lora';

/**
 * Merges the adapters into the base's matrices, W + scale · B·A. The result is the parameters of a plain model with the same outputs.
 *
 * @throws AttuneError LORA_MERGE for an adapted decoder that shares the word embeddings, which merging would change
 * @example
 * await saveModel('merged', { ...model.base, parameters: mergeAdapter(model, parameters) });
 */
export function mergeAdapter(model: LoraModel, parameters: HostTensors): Record<string, HostTensor> {
  const own = Object.keys(model.base.specs).map((name) => [name, parameters[name]]);
  return { ...Object.fromEntries(own), ...moved(model, { matrices: parameters, adapters: parameters, sign: 1 }) };
}

/**
 * Removes the adapters from merged matrices, W − scale · B·A: the parameters of `model`, up to float32 rounding.
 *
 * @param adapters the parameters that were merged
 * @example
 * const parameters = unmergeAdapter(model, { merged, adapters });
 */
export function unmergeAdapter(
  model: LoraModel,
  {
    merged,
    adapters,
  }: {
    /** Merged parameters, from `mergeAdapter`. */
    readonly merged: HostTensors;
    /** The adapters that were merged, by the names of `model`. */
    readonly adapters: HostTensors;
  },
): Record<string, HostTensor> {
  const names = model.adapted.flatMap(({ name }) => Object.values(loraNames(name)));
  const own = names.map((name) => [name, adapters[name]]);
  return { ...merged, ...moved(model, { matrices: merged, adapters, sign: -1 }), ...Object.fromEntries(own) };
}

interface Move {
  readonly matrices: HostTensors;
  readonly adapters: HostTensors;
  readonly sign: 1 | -1;
}

/**
 * Checks before training whether the adapters can be merged afterwards.
 *
 * @throws AttuneError LORA_MERGE under the same conditions as `mergeAdapter`
 */
export function checkMergeable({ adapted }: Pick<LoraModel, 'adapted'>): void {
  const shared = adapted.find(({ name, weight }) => weight !== `${name}.weight`);
  if (shared) throw tied(shared);
}

function moved(model: LoraModel, { matrices, adapters, sign }: Move): Record<string, HostTensor> {
  checkMergeable(model);
  const { adapted, options } = model;
  const all = adapted.map((module) => {
    const { a, b } = loraNames(module.name);
    const data = withProduct(matrices[module.weight].data, {
      a: adapters[a].data,
      b: adapters[b].data,
      inputs: module.inputs,
      scale: sign * scaleOf(options),
    });
    return [module.weight, { ...matrices[module.weight], data }];
  });
  return Object.fromEntries(all);
}

interface Product {
  /** [r, in] */
  readonly a: ArrayLike<number>;
  /** [out, r] */
  readonly b: ArrayLike<number>;
  readonly inputs: number;
  readonly scale: number;
}

/** weight + scale · b·a, each row accumulated in float64. */
function withProduct(weight: ArrayLike<number>, { a, b, inputs, scale }: Product): Float32Array<ArrayBuffer> {
  const rank = a.length / inputs;
  const out = new Float32Array(weight.length);
  const row = new Float64Array(inputs);
  for (let start = 0, j = 0; start < out.length; start += inputs, j += rank) {
    for (let i = 0; i < inputs; i++) row[i] = weight[start + i];
    for (let k = 0; k < rank; k++) {
      const factor = scale * b[j + k];
      for (let i = 0; i < inputs; i++) row[i] += factor * a[k * inputs + i];
    }
    out.set(row, start);
  }
  return out;
}

function tied({ name, weight }: LinearModule): AttuneError {
  return new AttuneError(
    'LORA_MERGE',
    `merge: expected adapted modules with their own matrix, got ${name}, which shares ${weight}; keep the adapter separate, as PEFT does (mergeAdapter: false, --separate-adapter), untie the two, or do not adapt ${name}`,
  );
}
