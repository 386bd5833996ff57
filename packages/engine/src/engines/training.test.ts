import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openOnnxEngine } from '../node';
import type { ProgramFunction } from '../record/record';
import { float32, type HostTensors, int32 } from '../tensor';
import { largestDifference, randomFloats } from '../testing';
import { openCpuEngine } from './replay/engine';

const batch = { x: randomFloats([8, 3], 1), y: randomFloats([8, 2], 2) };
const parameters: HostTensors = { weight: randomFloats([3, 2], 3), bias: randomFloats([2], 4), scale: float32([1.5]) };
const loss: ProgramFunction = ({ x, y }, { weight, bias }) => {
  const predicted = tf.add(tf.matMul(x, weight as tf.Tensor2D), bias);
  return { loss: tf.mean(tf.square(tf.sub(predicted, y))), predicted };
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

interface Reference {
  readonly name: string;
  readonly weightDecay?: number;
  readonly biasRate?: number;
}

/** Steps of an optimizer in float64 on the regression above, clipped. */
function reference(steps: number, { name, weightDecay = 0, biasRate = 1, ...options }: Reference) {
  const { learningRate, maxNorm } = settings;
  const w = Array.from(parameters.weight.data);
  const b = Array.from(parameters.bias.data);
  const states = Array.from({ length: 8 }, () => ({ m: 0, v: 0 }));
  for (let t = 1; t <= steps; t++) {
    const g = new Array(8).fill(0);
    for (let i = 0; i < 8; i++)
      for (let j = 0; j < 2; j++) {
        let residual = b[j] - batch.y.data[i * 2 + j];
        for (let k = 0; k < 3; k++) residual += batch.x.data[i * 3 + k] * w[k * 2 + j];
        for (let k = 0; k < 3; k++) g[k * 2 + j] += (2 * residual * batch.x.data[i * 3 + k]) / 16;
        g[6 + j] += (2 * residual) / 16;
      }
    const clip = Math.min(1, maxNorm / (Math.hypot(...g) + 1e-6));
    g.forEach((gradient, i) => {
      const own = { g: gradient * clip, t, state: states[i] };
      if (i < 6) w[i] = rules[name]({ ...own, p: w[i], rate: learningRate, decay: weightDecay }, options);
      else b[i - 6] = rules[name]({ ...own, p: b[i - 6], rate: learningRate * biasRate, decay: 0 }, options);
    });
  }
  return { w, b };
}

const settings = { learningRate: 0.05, weightDecay: 0.1, maxNorm: 0.5 };

describe.each([openCpuEngine(), openOnnxEngine()])('training on $name', (engine) => {
  const open = (extra = {}) =>
    engine.openTraining(engine.compile(loss), parameters, {
      name: 'adamw',
      weightDecay: settings.weightDecay,
      decays: (name) => name === 'weight',
      maxGradNorm: settings.maxNorm,
      ...extra,
    });

  it.each([
    { name: 'adamw', weightDecay: 0.1 },
    { name: 'adam', weightDecay: 0.1 },
    { name: 'sgd', weightDecay: 0.1, momentum: 0.9 },
    { name: 'sgd', weightDecay: 0, momentum: 0.9, nesterov: true },
    { name: 'sgd', weightDecay: 0 },
  ])('takes the clipped steps of PyTorch by $name, at a rate of its own for a parameter', async (optimizer) => {
    const training = await open({ ...optimizer, rateOf: (name: string) => (name === 'bias' ? 0.5 : 1) });
    for (let i = 0; i < 20; i++) await training.step(batch, settings);
    const { weight, bias } = await training.readParameters();
    const { w, b } = reference(20, { ...optimizer, biasRate: 0.5 });
    expect(largestDifference(weight.data, w).absolute).toBeLessThan(2e-6);
    expect(largestDifference(bias.data, b).absolute).toBeLessThan(2e-6);
  });

  it('refuses an optimizer it does not know, and momentum that is none', async () => {
    await expect(open({ name: 'adagrad' })).rejects.toThrow(/expected adamw, adam or sgd, got adagrad/);
    await expect(open({ name: 'sgd', nesterov: true })).rejects.toThrow(/nesterov expected a momentum above 0/);
  });

  it('adds up gradients over batches as one over all of them', async () => {
    const [whole, parts] = [await open(), await open()];
    const half = (from: number) => ({
      x: float32((batch.x.data as Float32Array).slice(from * 3, (from + 4) * 3), [4, 3]),
      y: float32((batch.y.data as Float32Array).slice(from * 2, (from + 4) * 2), [4, 2]),
    });
    for (let i = 0; i < 5; i++) {
      await whole.step(batch, settings);
      await parts.gradients(half(0), { scale: 0.5 });
      await parts.gradients(half(4), { scale: 0.5, add: true });
      await parts.update(settings);
    }
    const [a, b] = [await whole.readParameters(), await parts.readParameters()];
    for (const name of ['weight', 'bias'])
      expect(largestDifference(a[name].data, b[name].data).absolute).toBeLessThan(1e-6);
  });

  it('leaves a parameter alone that the loss does not depend on, or that is not to be trained', async () => {
    const training = await open({ trains: (name: string) => name !== 'bias' });
    await training.step(batch, settings);
    const after = await training.readParameters();
    expect(after.scale.data).toEqual(parameters.scale.data);
    expect(after.bias.data).toEqual(parameters.bias.data);
    expect(after.weight.data).not.toEqual(parameters.weight.data);
  });

  it('goes on bit by bit from a state that was read and written back', async () => {
    const first = await open();
    for (let i = 0; i < 3; i++) await first.step(batch, settings);
    const saved = await first.read();
    for (let i = 0; i < 3; i++) await first.step(batch, settings);
    const second = await open();
    await second.write(saved);
    for (let i = 0; i < 3; i++) await second.step(batch, settings);
    expect(await second.read()).toEqual(await first.read());
  });

  it('does not change what it was given, nor what it gave', async () => {
    const before = structuredClone(parameters);
    const training = await open();
    const given = await training.readParameters();
    await training.step(batch, settings);
    expect(parameters).toEqual(before);
    expect(given).toEqual(before);
  });

  it('runs another program on the parameters it holds', async () => {
    const training = await open();
    const { outputs } = await training.gradients(batch);
    const evaluation = engine.compile(({ x }, { weight, bias }) => ({
      y: tf.add(tf.matMul(x, weight as tf.Tensor2D), bias),
    }));
    expect((await training.run(evaluation, { x: batch.x })).y.data).toEqual(outputs.predicted.data);
  });

  it('refuses an update by gradients that are not finite, changing nothing', async () => {
    const training = await open();
    await training.step(batch, settings);
    const before = await training.read();
    await training.gradients({ ...batch, y: float32(new Float32Array(16).fill(Number.NaN), [8, 2]) });
    await expect(training.update(settings)).rejects.toThrow(/norm is NaN, nothing was changed/);
    expect(await training.read()).toEqual(before);
  });

  it('says what is wrong with a program or an input', async () => {
    const noLoss = engine.compile(({ x }) => ({ y: x }));
    const training = await engine.openTraining(noLoss, parameters, { name: 'adamw' });
    await expect(training.gradients(batch)).rejects.toThrow(/no output named "loss"/);
    const opened = await open();
    await expect(opened.gradients({ x: int32([1, 2]), y: batch.y })).rejects.toThrow();
    await expect(opened.gradients({ ...batch, x: { ...batch.x, shape: [7, 3] } })).rejects.toThrow(
      /"x": expected 21 elements for shape \[7,3\], got 24/,
    );
    await expect(opened.write({ parameters: { nothing: float32([1]) } })).rejects.toThrow(/there is no "nothing"/);
  });
});
