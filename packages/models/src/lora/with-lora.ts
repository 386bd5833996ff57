import { dropout, type ProgramFunction, type Specs, type Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { dropoutOp } from '../encoder/layer';
import { readSource } from '../encoder/read-layer';
import type { Model } from '../model';
import { type Addition, withAdapter } from './hook';
import type { LinearModule } from './linear-modules';
import { checkLoraOptions, type LoraOptions, scaleOf } from './options';
import { loraTargets } from './targets';

/** A model with low-rank adapters beside its frozen matrices. */
export interface LoraModel extends Model {
  /** The model without them. */
  readonly base: Model;
  readonly options: LoraOptions;
  /** The modules that have an adapter. */
  readonly adapted: readonly LinearModule[];
  /** Whether a parameter is trained: the adapters, and what is saved whole. It is an optimizer's `trains`. */
  readonly trains: (parameter: string) => boolean;
}

/** Whether a model has adapters. */
export const isLoraModel = (model: Model): model is LoraModel => 'adapted' in model && 'trains' in model;

/** What the matrices of a module's adapter are called. */
export const loraNames = (module: string) => ({ a: `${module}.lora_A.weight`, b: `${module}.lora_B.weight` });

/**
 * The model with each target's W·x become W·x + scale · B·A·dropout(x), where scale is alpha / r, or alpha / √r.
 *
 * Its parameters are the base's and, of each target, `….lora_A.weight` [r, in] and `….lora_B.weight` [out, r]. Train it
 * with the optimizer's `trains: model.trains`: no gradient of a frozen matrix is then formed. `initialiseAdapter` makes the
 * new ones, `mergeAdapter` makes a plain model of it.
 *
 * @throws AttuneError LORA_INVALID for an option out of range, LORA_TARGET for a target that matches nothing
 * @see Hu et al.: LoRA (2021); PEFT's `LoraConfig`
 * @example
 * const model = withLora(base, { r: 8, alpha: 16, targetModules: ['q_proj', 'v_proj'] });
 * const training = await engine.openTraining(
 *   engine.compile(model.program),
 *   { ...parameters, ...initialiseAdapter(model, 42) },
 *   { name: 'adamw', trains: model.trains },
 * );
 */
export function withLora(base: Model, options: LoraOptions): LoraModel {
  checkLoraOptions(options);
  const { adapted, saved } = loraTargets(base, options);
  const ofAdapter = adapterSpecs(adapted, options.r);
  return {
    ...base,
    base,
    options,
    adapted,
    specs: { ...base.specs, ...ofAdapter },
    program: adaptedProgram(base.program, { config: base.config, adapted, options }),
    trains: (name) => Object.hasOwn(ofAdapter, name) || saved.has(name),
  };
}

function adapterSpecs(adapted: readonly LinearModule[], r: number): Specs {
  const all = adapted.map(({ name, inputs, outputs }): Specs => {
    const { a, b } = loraNames(name);
    return { [a]: { shape: [r, inputs], dtype: 'float32' }, [b]: { shape: [outputs, r], dtype: 'float32' } };
  });
  return Object.assign({}, ...all);
}

type Adapters = Pick<LoraModel, 'adapted' | 'options'>;

/**
 * A pass over a model's parameters with the adapters in it: what is hooked is every module that the pass goes through.
 *
 * @example
 * const program = adaptedProgram(cachedForward(config), model); // of a LoraModel
 */
export function adaptedProgram(
  program: ProgramFunction,
  { config, ...adapters }: Adapters & Pick<Model, 'config'>,
): ProgramFunction {
  return (batch, parameters) => {
    const { seed, sequenceIds, positionIds } = batch;
    const source = seed && { seed, sequenceIds, positionIds };
    const own = {
      addition: additionOf(parameters, adapters, dropoutOp(config.layers + 1)),
      ...(source && { source, readSource: readSource(source, batch) }),
    };
    return program(batch, withAdapter(parameters, own));
  };
}

/** @param firstOp the first number of a dropout that the model itself has none of */
function additionOf(parameters: Tensors, { adapted, options }: Adapters, firstOp: number): Addition {
  const places = new Map(adapted.map(({ name }, i) => [name, i]));
  const scale = scaleOf(options);
  return (x, module, source) => {
    const place = places.get(module);
    if (place === undefined) return undefined;
    const { a, b } = loraNames(module);
    const dropped = dropout(x, source, { rate: options.dropout ?? 0, op: firstOp + place });
    const inner = tf.matMul(dropped as tf.Tensor2D, parameters[a] as tf.Tensor2D, false, true); // [tokens, r]
    return tf.matMul(tf.mul(inner, scale), parameters[b] as tf.Tensor2D, false, true); // [tokens, out]
  };
}
