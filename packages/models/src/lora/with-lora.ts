import { fold, type HostTensor, keyOf, type Specs, sizeOf, uniform } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import * as tf from '@tensorflow/tfjs-core';
import type { LinearModule } from '../linear-modules';
import type { Model } from '../model';
import { type PassWrapper, withPass } from '../pass';
import {
  checkLoraOptions,
  type LoraOptions,
  type LoraTargets,
  loraTargets,
  quantizedModule,
  type ResolvedLoraOptions,
  resolvedLora,
  scaleOf,
} from './options';

/** A model with low-rank adapters on its frozen matrices. */
export interface LoraModel extends Model {
  /** The model without adapters. */
  readonly base: Model;
  /** Options of the adapters, with defaults resolved. */
  readonly options: ResolvedLoraOptions;
  /** Modules with an adapter. */
  readonly adapted: readonly LinearModule[];
  /** Whether a parameter is trained: adapters, and modules trained in full. Pass it to the optimizer as `isTrainable`. */
  readonly isTrainable: (parameter: string) => boolean;
}

/** Whether a model has adapters. */
export const isLoraModel = (model: Model): model is LoraModel => 'adapted' in model && 'isTrainable' in model;

/** Names of the matrices of a module's adapter. */
export const loraNames = (module: string) => ({ a: `${module}.lora_A.weight`, b: `${module}.lora_B.weight` });

/**
 * Adds LoRA adapters to a model: W·x of each target becomes W·x + scale · B·A·dropout(x), where scale is alpha / r, or alpha / √r.
 *
 * The parameters are those of the base and, for each target, `….lora_A.weight` [r, in] and `….lora_B.weight` [out, r]. Train
 * with the optimizer option `isTrainable: model.isTrainable`, so that no gradients of frozen matrices are computed. `initializeAdapter` makes the
 * new parameters; `mergeAdapter` returns a plain model's parameters.
 *
 * @throws AttuneError LORA_INVALID for an option out of range, LORA_TARGET for a target that matches nothing
 * @see Hu et al.: LoRA (2021); PEFT's `LoraConfig`
 * @example
 * const model = withLora(base, { r: 8, alpha: 16, targetModules: ['q_proj', 'v_proj'] });
 * const training = await engine.openTraining(
 *   engine.compile(model.program),
 *   { ...parameters, ...initializeAdapter(model, 42) },
 *   { name: 'adamw', isTrainable: model.isTrainable },
 * );
 */
export function withLora(base: Model, given: LoraOptions): LoraModel {
  const options = resolvedLora(given);
  checkLoraOptions(options);
  const targets = loraTargets(base, options);
  if (given.modulesToSave !== undefined) refuseQuantized(base, targets);
  const { adapted, saved } = targets;
  const ofAdapter = adapterSpecs(adapted, options.r);
  return {
    ...withPass(base, adaptersIn({ adapted, options })),
    base,
    options,
    adapted,
    specs: { ...base.specs, ...ofAdapter },
    isTrainable: (name) => Object.hasOwn(ofAdapter, name) || saved.has(name),
  };
}

/** Refuses to train a module in full whose matrix is quantized, and so frozen. */
export function refuseQuantized(base: Model, targets: LoraTargets): void {
  const module = quantizedModule(base, targets);
  if (module === undefined) return;
  throw new AttuneError(
    'LORA_TARGET',
    `withLora: modulesToSave expected modules that are not quantized, got ${module}; load the model with quantize: { format, keep: ['${module}'] }`,
  );
}

function adapterSpecs(adapted: readonly LinearModule[], r: number): Specs {
  const all = adapted.map(({ name, inputs, outputs }): Specs => {
    const { a, b } = loraNames(name);
    return { [a]: { shape: [r, inputs], dtype: 'float32' }, [b]: { shape: [outputs, r], dtype: 'float32' } };
  });
  return Object.assign({}, ...all);
}

/** Adds the adapter's output to each adapted module. The dropout bits depend on the positions of the tokens, whichever tokens the pass covers. */
function adaptersIn({ adapted, options }: Pick<LoraModel, 'adapted' | 'options'>): PassWrapper {
  const indices = new Map(adapted.map(({ name }, index) => [name, index]));
  const [scale, rate] = [scaleOf(options), options.dropout ?? 0];
  return (inner) => ({
    linear: (x, name, tensors) => {
      const y = inner.linear(x, name, tensors);
      const adapter = indices.get(name);
      if (adapter === undefined) return y;
      const { a, b } = loraNames(name);
      const { [a]: matrixA, [b]: matrixB } = inner.parameters;
      const dropped = inner.dropout(x, { rate, site: { adapter } }) as tf.Tensor2D;
      const middle = tf.matMul(dropped, matrixA as tf.Tensor2D, false, true); // [tokens, r]
      return tf.add(y, tf.matMul(tf.mul(middle, scale) as tf.Tensor2D, matrixB as tf.Tensor2D, false, true)); // [tokens, out]
    },
  });
}

/**
 * Initializes adapters as PEFT does: A uniform within ±1/√in (Kaiming's with a = √5), B 0, so that the outputs are
 * those of the base.
 *
 * Each number depends only on the seed, the parameter's name and the index.
 *
 * @example
 * const parameters = { ...ofBase, ...initializeAdapter(model, 42) };
 */
export function initializeAdapter({ adapted, specs }: LoraModel, seed: number): Record<string, HostTensor> {
  const all = adapted.map(({ name, inputs }): Record<string, HostTensor> => {
    const { a, b } = loraNames(name);
    const key = keyOf(seed, ...Array.from(a, (character) => character.codePointAt(0)!));
    const bound = 1 / Math.sqrt(inputs);
    const data = Float32Array.from(
      { length: sizeOf(specs[a].shape) },
      (_, i) => bound * (2 * uniform(fold(key, i)) - 1),
    );
    return { [a]: { ...specs[a], data }, [b]: { ...specs[b], data: new Float32Array(sizeOf(specs[b].shape)) } };
  });
  return Object.assign({}, ...all);
}
