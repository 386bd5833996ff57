import type { HostTensor, HostTensors } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import type { LinearModule } from '../linear-modules';
import { scaleOf } from './options';
import { type LoraModel, loraNames } from './with-lora';

/**
 * The base's parameters with the adapters in their matrices, W + scale · B·A: a plain model, which computes the same.
 *
 * @throws AttuneError LORA_MERGE for an adapted decoder that shares the word embeddings, which would change with it
 * @example
 * await saveModel('merged', { ...model.base, parameters: mergeAdapter(model, parameters) });
 */
export function mergeAdapter(model: LoraModel, parameters: HostTensors): Record<string, HostTensor> {
  const own = Object.keys(model.base.specs).map((name) => [name, parameters[name]]);
  return { ...Object.fromEntries(own), ...moved(model, { matrices: parameters, adapters: parameters, sign: 1 }) };
}

/**
 * Takes the adapters out of merged matrices again, W − scale · B·A: the parameters of `model`, to the rounding of float32.
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
    /** Parameters with the adapters in their matrices, as `mergeAdapter` returned them. */
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
 * Says before any training whether the adapters can be merged in the end.
 *
 * @throws AttuneError LORA_MERGE as `mergeAdapter`
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

/** weight + scale · b·a, each row summed up in float64. */
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
    `merge: expected matrices of the adapted modules' own, but ${name}'s is ${weight}, which would change with it; leave the adapter beside the model, as PEFT does (mergeAdapter: false, --separate-adapter), untie the two, or do not adapt ${name}`,
  );
}
