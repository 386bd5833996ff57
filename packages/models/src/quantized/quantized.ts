import {
  type HostTensor,
  type HostTensors,
  type QuantizedFormat,
  quantizedFormats,
  quantizedLinear,
  quantizedSpecs,
  type Specs,
} from '@attune/engine';
import { AttuneError } from '@attune/internal';
import * as tf from '@tensorflow/tfjs-core';
import { describe } from '../checkpoint/describe';
import { endsInParts, isWithin, type LinearModule, linearModules, moduleOf } from '../linear-modules';
import type { Model } from '../model';
import { type PassWrapper, withPass } from '../pass';
import { dequantizeMatrix, type QuantizedTensors, quantizeMatrix } from './quantize-matrix';

/** Options of `quantized`. */
export interface QuantizeOptions {
  /** The format of the codes: `int8`, `int4` or `nf4`. */
  readonly format: QuantizedFormat;
  /** Linear modules by name or the last parts of names; default all except the one that computes the logits. */
  readonly modules?: readonly string[];
  /** Whether to include the module that computes the logits, if its matrix is not shared; default false. */
  readonly logits?: boolean;
  /** Weights that stay float32, such as those of a new head; default none. */
  readonly except?: readonly string[];
  /** Modules that stay float32 because they are trained in full: ends of names, as in LoRA's `modulesToSave`; default none. */
  readonly keep?: readonly string[];
}

/** A model with frozen matrices in 8 or 4 bits. */
export interface QuantizedModel extends Model {
  /** The model in float32, for parameters from `dequantizeParameters`. */
  readonly base: Model;
  /** The quantized weights and their format. */
  readonly quantized: {
    /** The format of the codes: 8 or 4 bits. */
    readonly format: QuantizedFormat;
    /** Names of the quantized weights, as in `specs`. */
    readonly weights: ReadonlySet<string>;
  };
  /** Shapes of the parameters: those of `specs`, with codes and scales in place of each quantized weight. */
  readonly stored: Specs;
  /** Names of a weight's codes and scales. */
  readonly frozen: ReadonlySet<string>;
}

/** Whether a model has quantized matrices, with or without adapters. */
export const isQuantized = (model: Model): model is QuantizedModel => 'quantized' in model;

/**
 * Quantizes a model's matrices to 8 or 4 bits. Products use the dequantized numbers in float32. Codes have no gradient: train
 * adapters (`withLora`).
 *
 * `specs` stay those of the model, by the checkpoint's names. `stored` has the shapes of the parameters: for a weight
 * `….weight` [out, in], codes `….weight.int4` (or `.int8`, `.nf4`) uint8 and scales `….weight.scales` [out, blocks].
 *
 * @throws AttuneError QUANTIZE_FORMAT for an unknown format, QUANTIZE_TARGET for a name that matches no module, and for a matrix shared with a table of embeddings
 * @see Dettmers et al.: QLoRA (2023)
 * @example
 * const base = quantized(model, { format: 'nf4' });
 * const parameters = quantizeParameters(base, plain);
 * const trained = withLora(base, { r: 32, alpha: 64, targetModules: 'all-linear' });
 */
export function quantized(model: Model, options: QuantizeOptions): QuantizedModel {
  const { format, except = [], keep = [] } = options;
  checkFormat(format);
  const chosen = modulesOf(model, options).map(({ weight }) => weight);
  const stays = (weight: string) => except.includes(weight) || keep.some((end) => isWithin(moduleOf(weight), end));
  const weights = new Set(chosen.filter((weight) => !stays(weight)));
  const stored = storedSpecs(model.specs, format, weights);
  const frozen = new Set(Object.keys(stored).filter((name) => !Object.hasOwn(model.specs, name)));
  const computed = withPass(model, productsOfCodes({ format, weights }));
  return { ...computed, base: model, quantized: { format, weights }, stored, frozen };
}

/** Names of a quantized weight's parameters: `….weight.int4` for its codes. */
const quantizedNames = (weight: string, format: QuantizedFormat) => ({
  codes: `${weight}.${format}`,
  scales: `${weight}.scales`,
});

/** Computes linear modules from codes: x · weightᵀ + bias. */
function productsOfCodes({ format, weights }: QuantizedModel['quantized']): PassWrapper {
  return (inner) => ({
    linear(x, name, tensors = {}) {
      const { weight = `${name}.weight`, bias = `${name}.bias` } = tensors;
      if (!weights.has(weight)) return inner.linear(x, name, tensors);
      const { parameters } = inner;
      const { codes, scales } = quantizedNames(weight, format);
      const y = quantizedLinear(x, { format, codes: parameters[codes], scales: parameters[scales] });
      return Object.hasOwn(parameters, bias) ? tf.add(y, parameters[bias]) : y;
    },
  });
}

function checkFormat(format: unknown): void {
  if (!(quantizedFormats as readonly unknown[]).includes(format))
    throw new AttuneError(
      'QUANTIZE_FORMAT',
      `quantized: format expected ${quantizedFormats.join(', ')}, got ${describe(format)}; name one of them`,
    );
}

function storedSpecs(specs: Specs, format: QuantizedFormat, weights: ReadonlySet<string>): Specs {
  const all = Object.entries(specs).map(([name, spec]): Specs => {
    if (!weights.has(name)) return { [name]: spec };
    const names = quantizedNames(name, format);
    const { codes, scales } = quantizedSpecs(format, spec.shape);
    return { [names.codes]: codes, [names.scales]: scales };
  });
  return Object.assign({}, ...all);
}

function modulesOf(model: Model, { modules, logits = false }: QuantizeOptions): LinearModule[] {
  const all = linearModules(model);
  const named = modules?.flatMap((end) => namedBy(end, all)) ?? all.filter(({ makesLogits }) => !makesLogits);
  const ofLogits = logits ? all.filter(({ makesLogits }) => makesLogits) : [];
  const chosen = [...new Set([...named, ...ofLogits])];
  const shared = chosen.find((module) => !hasOwnProduct(module, model));
  if (shared)
    throw new AttuneError(
      'QUANTIZE_TARGET',
      `quantized: expected modules with their own matrix, got ${shared.name}, which shares ${shared.weight}; remove it`,
    );
  return chosen;
}

/** A masked language model's decoder is also tied to its bias, so it is not quantized. */
const hasOwnProduct = (module: LinearModule, { task }: Model) =>
  module.weight === `${module.name}.weight` && !(task === 'masked-lm' && module.makesLogits);

function namedBy(end: string, all: readonly LinearModule[]): LinearModule[] {
  const found = all.filter(({ name }) => endsInParts(name, end));
  if (found.length > 0) return found;
  throw new AttuneError(
    'QUANTIZE_TARGET',
    `quantized: modules expected the end of a linear module's name, got ${describe(end)}, which matches nothing; the model has ${all[0].name} … ${all.at(-1)?.name}`,
  );
}

/** A weight's codes and scales under their names. */
export function quantizeParameter(
  name: string,
  { data, shape }: HostTensor,
  format: QuantizedFormat,
): Record<string, HostTensor> {
  const names = quantizedNames(name, format);
  const { codes, scales } = quantizeMatrix(data as Float32Array, shape, format);
  return { [names.codes]: codes, [names.scales]: scales };
}

/**
 * Quantizes the parameters of a plain model. Parameters that stay float32 are not copied.
 *
 * For a large model, quantize while loading instead: `loadModel(source, { quantize })`.
 */
export function quantizeParameters(model: QuantizedModel, parameters: HostTensors): Record<string, HostTensor> {
  const { format, weights } = model.quantized;
  const all = Object.entries(parameters).map(([name, tensor]) =>
    weights.has(name) ? quantizeParameter(name, tensor, format) : { [name]: tensor },
  );
  return Object.assign({}, ...all);
}

/**
 * Converts codes and scales back to float32 weights, to merge adapters into them or to save them.
 *
 * @example
 * await saveModel('merged', { ...model.base, parameters: mergeAdapter(model, dequantizeParameters(model.base, parameters)) });
 */
export function dequantizeParameters(model: QuantizedModel, parameters: HostTensors): Record<string, HostTensor> {
  const { weights } = model.quantized;
  const plain = Object.entries(parameters).filter(([name]) => !model.frozen.has(name));
  return {
    ...Object.fromEntries(plain),
    ...Object.fromEntries(Array.from(weights, (name) => [name, dequantized(name, model, parameters)])),
  };
}

function dequantized(
  name: string,
  { specs, quantized: { format } }: QuantizedModel,
  parameters: HostTensors,
): HostTensor {
  const names = quantizedNames(name, format);
  const tensors: QuantizedTensors = { codes: parameters[names.codes], scales: parameters[names.scales] };
  const { shape, dtype } = specs[name];
  return { shape, dtype, data: dequantizeMatrix(tensors, shape, format) };
}
