import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '../../host/optimizers/optimizer';
import type { ProgramFunction } from '../../record/record';
import { float32, type HostTensors } from '../../tensor';
import { randomFloats } from '../random-tensors';

/** A linear regression: small enough for its steps to be written out in plain numbers. */
export const batch = { x: randomFloats([8, 3], 1), y: randomFloats([8, 2], 2) };

/** `scale` is a parameter that the loss does not depend on. */
export const parameters: HostTensors = {
  weight: randomFloats([3, 2], 3),
  bias: randomFloats([2], 4),
  scale: float32([1.5]),
};

export const regression: ProgramFunction = ({ x, y }, { weight, bias }) => {
  const predicted = tf.add(tf.matMul(x, weight as tf.Tensor2D), bias);
  return { loss: tf.mean(tf.square(tf.sub(predicted, y))), predicted };
};

export const learningRate = 0.05;
const maxNorm = 0.5;

/** The weight decays, the bias does not. */
export const common: OptimizerConfig = {
  name: 'adamw',
  weightDecay: 0.1,
  decays: (name) => name === 'weight',
  maxGradNorm: maxNorm,
};

interface Element {
  readonly p: number;
  readonly g: number;
  readonly rate: number;
  readonly decay: number;
  readonly t: number;
  /** The element's own state, changed in place. */
  readonly state: { m: number; v: number };
}

/** Textbook updates of one element, as PyTorch's documentation has them. */
const rules: Record<string, (element: Element, options: { momentum?: number; nesterov?: boolean }) => number> = {
  adamw: (element) => adamStep({ ...element, p: element.p * (1 - element.rate * element.decay) }),
  adam: (element) => adamStep({ ...element, g: element.g + element.decay * element.p }),
  sgd: ({ p, g, rate, decay, state }, { momentum = 0, nesterov }) => {
    const gradient = g + decay * p;
    state.m = momentum * state.m + gradient;
    return p - rate * (nesterov ? gradient + momentum * state.m : state.m);
  },
};

function adamStep({ p, g, rate, t, state }: Element): number {
  state.m = 0.9 * state.m + 0.1 * g;
  state.v = 0.999 * state.v + 0.001 * g ** 2;
  return p - (rate * (state.m / (1 - 0.9 ** t))) / (Math.sqrt(state.v / (1 - 0.999 ** t)) + 1e-8);
}

export interface Steps {
  readonly name: string;
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** What the bias's learning rate is multiplied by. */
  readonly biasRate?: number;
}

/** The parameters after `steps` clipped steps of an optimizer in float64. */
export function referenceSteps(steps: number, { name, weightDecay = 0, biasRate = 1, ...options }: Steps) {
  const w = Array.from(parameters.weight.data);
  const b = Array.from(parameters.bias.data);
  const states = Array.from({ length: 8 }, () => ({ m: 0, v: 0 }));
  for (let t = 1; t <= steps; t++) {
    const g = gradientsOf(w, b);
    const clip = Math.min(1, maxNorm / (Math.hypot(...g) + 1e-6));
    g.forEach((gradient, i) => {
      const own = { g: gradient * clip, t, state: states[i] };
      if (i < 6) w[i] = rules[name]({ ...own, p: w[i], rate: learningRate, decay: weightDecay }, options);
      else b[i - 6] = rules[name]({ ...own, p: b[i - 6], rate: learningRate * biasRate, decay: 0 }, options);
    });
  }
  return { weight: w, bias: b };
}

/** Of the weight's six elements, then the bias's two. */
function gradientsOf(w: readonly number[], b: readonly number[]): number[] {
  const g = new Array<number>(8).fill(0);
  for (let i = 0; i < 8; i++)
    for (let j = 0; j < 2; j++) {
      let residual = b[j] - batch.y.data[i * 2 + j];
      for (let k = 0; k < 3; k++) residual += batch.x.data[i * 3 + k] * w[k * 2 + j];
      for (let k = 0; k < 3; k++) g[k * 2 + j] += (2 * residual * batch.x.data[i * 3 + k]) / 16;
      g[6 + j] += (2 * residual) / 16;
    }
  return g;
}
