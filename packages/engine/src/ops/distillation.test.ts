import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openOnnxEngine } from '../node';
import { gradientName, type ProgramFunction, record, withGradients } from '../record/record';
import { float32, type HostTensors, int32 } from '../tensor';
import { centralDifferences, largestDifference, replayFloat64 } from '../testing';
import { sigmoidDistillation, softmaxDistillation } from './distillation';
import { meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from './losses';

interface Golden {
  readonly student: readonly number[];
  readonly teacher: readonly number[];
  readonly labels: readonly number[];
  readonly present: readonly number[];
  readonly cases: readonly {
    readonly kind: 'softmax' | 'sigmoid' | 'squared';
    readonly temperature: number;
    readonly alpha: number;
    readonly loss: number;
    readonly gradient: readonly number[];
  }[];
}

/** PyTorch's kl_div recipe, mixed with its losses of true labels, and their gradients: peers/make_distillation.py. */
const golden: Golden = JSON.parse(readFileSync(new URL('../../fixtures/distillation.json', import.meta.url), 'utf8'));
const logits = float32(Float32Array.from(golden.student), [5, 4]);
const present = float32(Float32Array.from(golden.present), [5, 4]);
const labels = int32(Int32Array.from(golden.labels));
const weights = float32([1, 1, 1, 1, 1]);

const softmaxOf = (row: readonly number[]) => {
  const max = Math.max(...row);
  const sum = row.reduce((total, x) => total + Math.exp(x - max), 0);
  return row.map((x) => Math.exp(x - max) / sum);
};
const rows = (values: readonly number[]) => Array.from({ length: 5 }, (_, i) => values.slice(i * 4, i * 4 + 4));

/** The teacher's probabilities at a temperature, or its numbers. */
const targetsOf = {
  softmax: (t: number) => rows(golden.teacher.map((x) => x / t)).flatMap(softmaxOf),
  sigmoid: (t: number) => golden.teacher.map((x) => 1 / (1 + Math.exp(-x / t))),
  squared: () => [...golden.teacher],
};

const soft = { softmax: softmaxDistillation, sigmoid: sigmoidDistillation, squared: meanSquaredError };

function program({ kind, temperature, alpha }: Golden['cases'][number]): ProgramFunction {
  return ({ targets, labels, present, weights }, { logits }) => {
    const hard =
      kind === 'softmax'
        ? softmaxCrossEntropy(logits, labels, weights)
        : (kind === 'sigmoid' ? sigmoidCrossEntropy : meanSquaredError)(logits, present, weights);
    return {
      loss: tf.add(tf.mul(soft[kind](logits, targets, weights, { temperature }), alpha), tf.mul(hard, 1 - alpha)),
    };
  };
}

const batchOf = ({ kind, temperature }: Golden['cases'][number]): HostTensors => ({
  targets: float32(Float32Array.from(targetsOf[kind](temperature)), [5, 4]),
  labels,
  present,
  weights,
});

describe('distillation', () => {
  it.each(golden.cases)('of a $kind at T $temperature and α $alpha equals PyTorch', async (own) => {
    const batch = batchOf(own);
    const derived = withGradients(program(own), ['logits']);
    const exact = replayFloat64(record(derived, batch, { logits }), { ...batch, logits });
    expect(exact.loss.data[0]).toBeCloseTo(own.loss, 6);
    expect(largestDifference(exact[gradientName('logits')].data, own.gradient).absolute).toBeLessThan(2e-7);
    const engine = openOnnxEngine();
    const fast = await engine.compile(derived).run(batch, { logits });
    await engine.close();
    expect(fast.loss.data[0] / own.loss).toBeCloseTo(1, 5);
    expect(largestDifference(fast[gradientName('logits')].data, own.gradient).absolute).toBeLessThan(1e-6);
  });

  it.each(['softmax', 'sigmoid'] as const)('of a %s has the gradient of central differences', (kind) => {
    const own = { kind, temperature: 3, alpha: 1, loss: 0, gradient: [] };
    const batch = { ...batchOf(own), weights: float32([1, 0, 2, 0.5, 1]) };
    const { [gradientName('logits')]: gradient } = replayFloat64(
      record(withGradients(program(own), ['logits']), batch, { logits }),
      { ...batch, logits },
    );
    const differences = centralDifferences(program(own), { batch, parameters: { logits } }, 'logits');
    expect(largestDifference(gradient.data, differences.data).absolute).toBeLessThan(1e-6);
    expect([...gradient.data].slice(4, 8).every((value) => value === 0)).toBe(true); // weighs 0
  });

  it.each(['softmax', 'sigmoid'] as const)('of a %s is 0 where the student says the same', (kind) => {
    const targets = float32(Float32Array.from(targetsOf[kind](2).map(Math.fround)), [5, 4]);
    const same = float32(Float32Array.from(golden.teacher), [5, 4]);
    const own = { kind, temperature: 2, alpha: 1, loss: 0, gradient: [] };
    const batch = { ...batchOf(own), targets };
    const { loss } = replayFloat64(record(program(own), batch, { logits: same }), { ...batch, logits: same });
    expect(Math.abs(loss.data[0])).toBeLessThan(1e-7);
  });

  it.each(['softmax', 'sigmoid'] as const)('of a %s stays finite where a teacher is certain', async (kind) => {
    const certain = float32([1, 0, 0, 1], [2, 2]);
    const batch = { targets: certain, weights: float32([1, 1]), labels: int32([0, 1]), present: certain };
    const parameters = { logits: float32([90, -90, 90, -90], [2, 2]) };
    const engine = openOnnxEngine();
    const fn = withGradients(program({ kind, temperature: 1, alpha: 1, loss: 0, gradient: [] }), ['logits']);
    const outputs = await engine.compile(fn).run(batch, parameters);
    await engine.close();
    expect([...outputs.loss.data, ...outputs[gradientName('logits')].data].every(Number.isFinite)).toBe(true);
    expect(outputs.loss.data[0]).toBeCloseTo(kind === 'softmax' ? 90 : 45, 3); // of two examples one is wrong
  });

  it.each([0, -1, Number.NaN])('refuses a temperature of %s', (temperature) => {
    const fn: ProgramFunction = ({ present, weights }, { logits }) => ({
      loss: softmaxDistillation(logits, present, weights, { temperature }),
    });
    expect(() => record(fn, { present, weights }, { logits })).toThrow(
      `softmaxDistillation: temperature expected a number above 0, got ${temperature}`,
    );
  });
});
