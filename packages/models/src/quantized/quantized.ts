import {
  AttuneError,
  type HostTensor,
  type HostTensors,
  type QuantisedFormat,
  quantisedFormats,
  quantisedSpecs,
  quantizedLinear,
  type Specs,
} from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { describe } from '../checkpoint/describe';
import { endsInParts, type LinearModule, linearModules, makesLogits, moduleOf } from '../linear-modules';
import type { Model } from '../model';
import { type PassWrapper, withPass } from '../pass';
import { dequantiseMatrix, type QuantisedTensors, quantiseMatrix } from './quantize-matrix';

export interface QuantiseOptions {
  readonly format: QuantisedFormat;
  /** Names of linear modules, or the last parts of them; every one but the layer that makes the logits unless given. */
  readonly modules?: readonly string[];
  /** Also the layer that makes the logits, where it has a matrix of its own; false unless given. */
  readonly logits?: boolean;
  /** Weights that stay as they are, such as those of a new head, which has everything to learn. */
  readonly except?: readonly string[];
  /** Modules that stay as they are, by ends of their names as LoRA's `modulesToSave` has them: those that are to be trained whole. */
  readonly keep?: readonly string[];
}

/** A model some of whose matrices are kept in 8 or 4 bits, and are never trained. */
export interface QuantisedModel extends Model {
  readonly quantised: {
    readonly format: QuantisedFormat;
    /** The weights that are, by the names they have in `specs`. */
    readonly weights: ReadonlySet<string>;
  };
  /** Shapes of what the parameters really hold: in the place of each such weight its codes and its scales. */
  readonly stored: Specs;
  /** Names of these codes and scales. */
  readonly frozen: ReadonlySet<string>;
}

/** Whether a model, or the one that adapters were added to, has quantised matrices. */
export const isQuantised = (model: Model): model is QuantisedModel => 'quantised' in model;

/**
 * The same model with matrices in 8 or 4 bits. It computes what it does with the numbers that the codes stand for, in float32,
 * and has no gradient by them: train adapters beside them (`withLora`).
 *
 * `specs` stay those of the model, in the words of its checkpoint. What its parameters hold is `stored`: for a weight
 * `….weight` [out, in] its codes `….weight.int4` (or `.int8`, `.nf4`) uint8 and its scales `….weight.scales` [out, blocks].
 *
 * @throws AttuneError QUANTIZE_FORMAT for another format, QUANTIZE_TARGET for a name that matches no module, and for a matrix that is a table of embeddings too
 * @see Dettmers et al.: QLoRA (2023)
 * @example
 * const base = quantised(model, { format: 'nf4' });
 * const parameters = quantiseParameters(base, plain);
 * const trained = withLora(base, { r: 32, alpha: 64, targetModules: 'all-linear' });
 */
export function quantised(model: Model, options: QuantiseOptions): QuantisedModel {
  const { format, except = [], keep = [] } = options;
  checkFormat(format);
  const chosen = modulesOf(model, options).map(({ weight }) => weight);
  const stays = (weight: string) => except.includes(weight) || keep.some((end) => moduleOf(weight).endsWith(end));
  const weights = new Set(chosen.filter((weight) => !stays(weight)));
  const stored = storedSpecs(model.specs, format, weights);
  const frozen = new Set(Object.keys(stored).filter((name) => !Object.hasOwn(model.specs, name)));
  const computed = withPass(model, productsOfCodes({ format, weights }));
  return { ...computed, quantised: { format, weights }, stored, frozen };
}

/** Names of a quantized weight's parameters: `….weight.int4` are its codes. */
const quantisedNames = (weight: string, format: QuantisedFormat) => ({
  codes: `${weight}.${format}`,
  scales: `${weight}.scales`,
});

/** Computes linear modules from codes: x · weightᵀ, and the bias added. */
function productsOfCodes({ format, weights }: QuantisedModel['quantised']): PassWrapper {
  return (inner) => ({
    linear(x, name, tensors = {}) {
      const { weight = `${name}.weight`, bias = `${name}.bias` } = tensors;
      if (!weights.has(weight)) return inner.linear(x, name, tensors);
      const { parameters } = inner;
      const { codes, scales } = quantisedNames(weight, format);
      const y = quantizedLinear(x, { format, codes: parameters[codes], scales: parameters[scales] });
      return Object.hasOwn(parameters, bias) ? tf.add(y, parameters[bias]) : y;
    },
  });
}

function checkFormat(format: unknown): void {
  if (!(quantisedFormats as readonly unknown[]).includes(format))
    throw new AttuneError(
      'QUANTIZE_FORMAT',
      `quantised: format expected ${quantisedFormats.join(', ')}, got ${describe(format)}; name one of them`,
    );
}

function storedSpecs(specs: Specs, format: QuantisedFormat, weights: ReadonlySet<string>): Specs {
  const all = Object.entries(specs).map(([name, spec]): Specs => {
    if (!weights.has(name)) return { [name]: spec };
    const names = quantisedNames(name, format);
    const { codes, scales } = quantisedSpecs(format, spec.shape);
    return { [names.codes]: codes, [names.scales]: scales };
  });
  return Object.assign({}, ...all);
}

function modulesOf(model: Model, { modules, logits = false }: QuantiseOptions): LinearModule[] {
  const all = linearModules(model);
  const named = modules?.flatMap((end) => namedBy(end, all)) ?? all.filter((module) => !makesLogits(module));
  const ofLogits = logits ? all.filter(makesLogits) : [];
  const chosen = [...new Set([...named, ...ofLogits])];
  const shared = chosen.find((module) => !hasOwnProduct(module, model));
  if (shared)
    throw new AttuneError(
      'QUANTIZE_TARGET',
      `quantised: expected modules with a matrix of their own, got ${shared.name}, which computes with ${shared.weight}; leave it out`,
    );
  return chosen;
}

/** A masked language model's decoder is also tied to its bias, and stays as it is. */
const hasOwnProduct = (module: LinearModule, { task }: Model) =>
  module.weight === `${module.name}.weight` && !(task === 'masked-lm' && makesLogits(module));

function namedBy(end: string, all: readonly LinearModule[]): LinearModule[] {
  const found = all.filter(({ name }) => endsInParts(name, end));
  if (found.length > 0) return found;
  throw new AttuneError(
    'QUANTIZE_TARGET',
    `quantised: modules expected the end of a linear module's name, got ${describe(end)}, which matches nothing; the model has ${all[0].name} … ${all.at(-1)?.name}`,
  );
}

/** A weight's codes and scales under their names. */
export function quantiseParameter(
  name: string,
  { data, shape }: HostTensor,
  format: QuantisedFormat,
): Record<string, HostTensor> {
  const names = quantisedNames(name, format);
  const { codes, scales } = quantiseMatrix(data as Float32Array, shape, format);
  return { [names.codes]: codes, [names.scales]: scales };
}

/**
 * A plain model's parameters as a quantised one holds them; those that are not quantised are the same arrays.
 *
 * A large model is better quantised while it is read: `loadModel(source, { quantize })`.
 */
export function quantiseParameters(model: QuantisedModel, parameters: HostTensors): Record<string, HostTensor> {
  const { format, weights } = model.quantised;
  const all = Object.entries(parameters).map(([name, tensor]) =>
    weights.has(name) ? quantiseParameter(name, tensor, format) : { [name]: tensor },
  );
  return Object.assign({}, ...all);
}

/**
 * The parameters with each quantised weight as the float32 numbers it stands for: to merge adapters into them, or to save them.
 *
 * @example
 * await saveModel('merged', { ...model.base, parameters: mergeAdapter(model, dequantiseParameters(model.base, parameters)) });
 */
export function dequantiseParameters(model: QuantisedModel, parameters: HostTensors): Record<string, HostTensor> {
  const { weights } = model.quantised;
  const plain = Object.entries(parameters).filter(([name]) => !model.frozen.has(name));
  return {
    ...Object.fromEntries(plain),
    ...Object.fromEntries(Array.from(weights, (name) => [name, dequantised(name, model, parameters)])),
  };
}

function dequantised(
  name: string,
  { specs, quantised: { format } }: QuantisedModel,
  parameters: HostTensors,
): HostTensor {
  const names = quantisedNames(name, format);
  const tensors: QuantisedTensors = { codes: parameters[names.codes], scales: parameters[names.scales] };
  return { ...specs[name], data: dequantiseMatrix(tensors, specs[name].shape, format) };
}
