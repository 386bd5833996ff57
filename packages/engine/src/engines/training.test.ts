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

/** Textbook AdamW in float64 on the regression above. */
function reference(steps: number, { learningRate, weightDecay, maxNorm }: Record<string, number>) {
  const w = Array.from(parameters.weight.data);
  const b = Array.from(parameters.bias.data);
  const [m, v] = [new Array(8).fill(0), new Array(8).fill(0)];
  for (let t = 1; t <= steps; t++) {
    const g = new Array(8).fill(0);
    for (let i = 0; i < 8; i++)
      for (let j = 0; j < 2; j++) {
        let residual = b[j] - batch.y.data[i * 2 + j];
        for (let k = 0; k < 3; k++) residual += batch.x.data[i * 3 + k] * w[k * 2 + j];
        for (let k = 0; k < 3; k++) g[k * 2 + j] += (2 * residual * batch.x.data[i * 3 + k]) / 16;
        g[6 + j] += (2 * residual) / 16;
      }
    const norm = Math.hypot(...g);
    const clip = Math.min(1, maxNorm / (norm + 1e-6));
    g.forEach((gradient, i) => {
      m[i] = 0.9 * m[i] + 0.1 * gradient * clip;
      v[i] = 0.999 * v[i] + 0.001 * (gradient * clip) ** 2;
      const change = (m[i] / (1 - 0.9 ** t) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8)) * learningRate;
      if (i < 6) w[i] = w[i] * (1 - learningRate * weightDecay) - change;
      else b[i - 6] -= change;
    });
  }
  return { w, b };
}

describe.each([openCpuEngine(), openOnnxEngine()])('training on $name', (engine) => {
  const settings = { learningRate: 0.05, weightDecay: 0.1, maxNorm: 0.5 };
  const open = (extra = {}) =>
    engine.openTraining(engine.compile(loss), parameters, {
      name: 'adamw',
      weightDecay: settings.weightDecay,
      decays: (name) => name === 'weight',
      maxGradNorm: settings.maxNorm,
      ...extra,
    });

  it('takes the steps of textbook AdamW with decay and clipping', async () => {
    const training = await open();
    for (let i = 0; i < 20; i++) await training.step(batch, settings);
    const { weight, bias } = await training.readParameters();
    const { w, b } = reference(20, settings);
    expect(largestDifference(weight.data, w).absolute).toBeLessThan(2e-6);
    expect(largestDifference(bias.data, b).absolute).toBeLessThan(2e-6);
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
