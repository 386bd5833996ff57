import * as tf from '@tensorflow/tfjs-core';
import type { ProgramFunction } from '../record/record';
import { float32, type HostTensor } from '../tensor';
import { betasOf, type OptimizerConfig } from './optimizers';

/** A parameter with its gradient and moments. */
interface Element {
  readonly parameter: tf.Tensor;
  /** Clipped. */
  readonly gradient: tf.Tensor;
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
}

/** Scalars of a step, in a program. */
interface Rates {
  /** Learning rate of the parameter. */
  readonly rate: tf.Tensor;
  readonly decay: number;
  /** 1/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ). */
  readonly correction1: tf.Tensor;
  readonly correction2: tf.Tensor;
}

type UpdateRule = (element: Element, rates: Rates) => Omit<Element, 'gradient'>;

/** Names of the tensors that belong to a parameter, as inputs and outputs of an update. */
export const roles = ['parameter', 'first', 'second'] as const;
export const roleName = (role: (typeof roles)[number] | 'gradient', parameter: string): string =>
  `${role}:${parameter}`;

interface UpdateSettings {
  readonly names: readonly string[];
  readonly config: OptimizerConfig;
  readonly weightDecayOf: (parameter: string) => number;
  readonly learningRateScale: (parameter: string) => number;
}

/**
 * One step of an optimizer as a program, so that parameters and moments need not leave the device.
 *
 * Its batch is `settings` from `updateSettings`; its outputs are the parameters and moments under the names of the inputs.
 */
export function updateProgram({ names, config, weightDecayOf, learningRateScale }: UpdateSettings): ProgramFunction {
  const rule = ruleOf(config);
  return ({ settings }, state) => {
    const [learningRate, scale, correction1, correction2] = tf.split(settings, 4);
    const updated = names.map((name) => {
      const [parameter, first, second] = roles.map((role) => state[roleName(role, name)]);
      const gradient = tf.mul(state[roleName('gradient', name)], scale);
      const rate = tf.mul(learningRate, learningRateScale(name));
      const decay = weightDecayOf(name);
      const after = rule({ parameter, gradient, first, second }, { rate, decay, correction1, correction2 });
      return roles.map((role) => [roleName(role, name), after[role]] as const);
    });
    return Object.fromEntries(updated.flat());
  };
}

/** The scalars of a step. @param step counted from 1 */
export function updateSettings(
  config: OptimizerConfig,
  { step, learningRate, scale }: { step: number; learningRate: number; scale: number },
): HostTensor {
  const { beta1, beta2 } = betasOf(config);
  return float32([learningRate, scale, 1 / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step)]);
}

function ruleOf(config: OptimizerConfig): UpdateRule {
  if (config.name === 'sgd') return sgdRule(config);
  const step = adamStep(betasOf(config));
  if (config.name === 'adam')
    return (element, rates) => step({ ...element, gradient: decayed(element, rates.decay) }, rates);
  return (element, rates) => {
    const kept = tf.sub(1, tf.mul(rates.rate, rates.decay));
    return step({ ...element, parameter: tf.mul(element.parameter, kept) }, rates);
  };
}

const decayed = ({ parameter, gradient }: Element, decay: number): tf.Tensor =>
  decay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, decay));

function adamStep({ beta1, beta2, epsilon }: ReturnType<typeof betasOf>): UpdateRule {
  return ({ parameter, gradient, first, second }, { rate, correction1, correction2 }) => {
    const m = flushed(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
    const v = flushed(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const moved = tf.div(tf.mul(m, correction1), tf.add(tf.mul(tf.sqrt(v), correction2), epsilon));
    return { parameter: tf.sub(parameter, tf.mul(moved, rate)), first: m, second: v };
  };
}

/** Flushes moments below 2⁻¹⁰⁰ to zero, as the optimizer in ordinary memory does: denormal numbers are slow. */
const flushed = (moment: tf.Tensor): tf.Tensor =>
  tf.mul(moment, tf.cast(tf.greaterEqual(tf.abs(moment), 2 ** -100), 'float32'));

function sgdRule({ momentum = 0, nesterov = false }: Extract<OptimizerConfig, { name: 'sgd' }>): UpdateRule {
  return (element, { rate, decay }) => {
    const gradient = decayed(element, decay);
    const first = momentum === 0 ? gradient : tf.add(tf.mul(element.first, momentum), gradient);
    const moved = nesterov ? tf.add(gradient, tf.mul(first, momentum)) : first;
    return { parameter: tf.sub(element.parameter, tf.mul(moved, rate)), first, second: element.second };
  };
}
