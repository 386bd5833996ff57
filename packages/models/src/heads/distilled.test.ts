import { float32, type HostTensors, int32, record } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { replayFloat64 } from '@attune/engine/testing';
import { expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import { modelForTask } from '../model';

const packed = packSequences([{ ids: [2, 4, 9, 3] }, { ids: [2, 8, 4, 11, 3] }, { ids: [2, 5, 3] }], { rowLength: 12 });
const classes = { id2label: { 0: 'a', 1: 'b', 2: 'c' } };
const teacher = float32([0.5, 0.25, 0.25, 0.125, 0.75, 0.125, 0.25, 0.25, 0.5], [3, 3]);
const shares = { labelShare: float32([0.25], []), teacherShare: float32([0.75], []) };
const several = float32([1, 0, 1, 0, 0, 1, 0, 0, 0], [3, 3]);

const cases = [
  ['single_label_classification', int32([2, 0, 1]), divergence],
  ['multi_label_classification', several, coins],
  ['regression', several, squares],
] as const;

/** Σ q·log(q/p), of the softmax at T = 2, times T². */
function divergence(logits: readonly number[], q: readonly number[]): number {
  const sum = logits.reduce((total, x) => total + Math.exp(x / 2), 0);
  return 4 * q.reduce((total, p, i) => total + p * Math.log(p / (Math.exp(logits[i] / 2) / sum)), 0);
}

function coins(logits: readonly number[], q: readonly number[]): number {
  const each = q.map((own, i) => {
    const p = 1 / (1 + Math.exp(-logits[i] / 2));
    return own * Math.log(own / p) + (1 - own) * Math.log((1 - own) / (1 - p));
  });
  return (4 * each.reduce((a, b) => a + b)) / each.length;
}

function squares(outputs: readonly number[], numbers: readonly number[]): number {
  return numbers.reduce((sum, own, i) => sum + (own - outputs[i]) ** 2, 0) / numbers.length;
}

it.each(cases)('of a %s is the labels share and the teacher share together', (problem_type, labels, of) => {
  const config = tinyConfig('bert', { ...classes, problem_type });
  const taught = modelForTask(config, 'sequence-classification', { distillTemperature: 2 });
  const plain = modelForTask(config, 'sequence-classification');
  const labeled: HostTensors = { ...packed, labels, weights: float32([1, 0, 3]) };
  const batch: HostTensors = { ...labeled, teacher, teacherWeights: float32([1, 2, 1]), ...shares };
  const parameters = tinyParameters(taught);
  const run = (model: typeof plain, own: HostTensors) =>
    replayFloat64(record(model.program, own, parameters), { ...own, ...parameters });
  const { logits, loss } = run(taught, batch);
  const row = (data: ArrayLike<number>, i: number) => Array.from(data).slice(i * 3, i * 3 + 3);
  const each = [0, 1, 2].map((i) => of(row(logits.data, i), row(teacher.data, i)));
  const soft = (each[0] + 2 * each[1] + each[2]) / 4;
  const hard = run(plain, labeled).loss.data[0];
  expect(loss.data[0]).toBeCloseTo(0.25 * hard + 0.75 * soft, 7);
  expect(run(taught, labeled).loss.data[0]).toBe(hard); // as evaluations have it
});

it('has no part of the teacher in the program of a batch without one', async () => {
  const engine = openOnnxEngine();
  const config = tinyConfig('bert', classes);
  const labeled: HostTensors = {
    ...packed,
    labels: int32([2, 0, 1]),
    weights: float32([1, 1, 1]),
    seed: int32([1, 2]),
  };
  const outputs = [undefined, 3].map(async (distillTemperature) => {
    const model = modelForTask(config, 'sequence-classification', { distillTemperature });
    return (await engine.compile(model.program).run(labeled, tinyParameters(model))).loss.data[0];
  });
  const [without, taught] = await Promise.all(outputs);
  expect(taught).toBe(without);
  await engine.close();
});
