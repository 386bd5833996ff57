import { float32, gradientName, openCpuEngine, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { initialize, modelForTask } from '@attune/models';
import { expect, it } from 'vitest';
import { tinyModel } from '../../test/tiny';
import { averaged, type Taught, taughtTask } from './distillation';
import type { Target } from './sequence/problem';
import { sequenceTask } from './sequence/task';

const sequences = [
  [2, 7, 3],
  [2, 9, 11, 14, 3],
  [2, 3],
  [2, 40, 3],
].map((ids) => ({ ids }));
const targets = Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.75, 0.125, 0.25, 0.25, 0.5, 1, 0, 0);
const taught: Taught = { targets, outputs: 3, starts: Int32Array.of(0, 1, 2, 3, 4), alpha: 0.75, labeled: 2 };
const options = { batchSize: 4, rowLength: 8, padTokenId: 0, random: { seed: 1, epoch: 1 } };

const { config } = tinyModel(['a', 'b', 'c'], { initializer_range: 1 });
const model = modelForTask(config, 'sequence-classification', { distillTemperature: 2 });
const parameters = initialize(model.specs, config, 5);
const run = (batch: ReturnType<ReturnType<typeof sequenceTask>['batch']>) => {
  const { logits, loss } = replayFloat64(record(model.program, batch.tensors, parameters), {
    ...batch.tensors,
    ...parameters,
  });
  return { rows: [0, 1, 2, 3].map((i) => Array.from(logits.data).slice(i * 3, i * 3 + 3)), loss: loss.data[0] };
};

const logs = (row: readonly number[]) => {
  const sum = row.reduce((total, x) => total + Math.exp(x), 0);
  return row.map((x) => x - Math.log(sum));
};
const hard = (row: readonly number[], label: number) => -logs(row)[label];
const soft = (row: readonly number[], i: number) =>
  4 *
  logs(row.map((x) => x / 2)).reduce((sum, log, c) => {
    const q = targets[i * 3 + c];
    return sum + (q === 0 ? 0 : q * (Math.log(q) - log));
  }, 0);

it('mixes labels and teacher in the loss of a batch, and has the teacher alone where there is no label', () => {
  const data = { sequences, targets: [2, 0, -1, -1] as Target[] };
  const task = taughtTask(sequenceTask(config), data, taught);
  const batch = task.batch(data, Int32Array.of(3, 0, 1, 2), options);
  const { rows, loss } = run(batch);
  const expected =
    soft(rows[0], 3) +
    0.25 * hard(rows[1], 2) +
    0.75 * soft(rows[1], 0) +
    0.25 * hard(rows[2], 0) +
    0.75 * soft(rows[2], 1) +
    soft(rows[3], 2);
  expect(loss).toBeCloseTo(expected / 4, 6);
  expect([batch.weight, batch.answers]).toEqual([4, 2]);
});

it.each([
  ['teacher alone', [2, 3], 1],
  ['labels alone', [0, 1], 0],
])('has a finite loss and gradient of a batch with %s', (what, examples, teacherShare) => {
  const nobody = { ...taught, targets: targets.map((value, i) => (i < 6 ? Number.NaN : value)) };
  const data = { sequences, targets: [2, 0, -1, -1] as Target[] };
  const batch = taughtTask(sequenceTask(config), data, nobody).batch(data, Int32Array.from(examples), options);
  expect([...batch.tensors.teacherShare.data, ...batch.tensors.labelShare.data]).toEqual([
    teacherShare,
    1 - teacherShare,
  ]);
  const { rows, loss } = run(batch);
  const expected = what === 'labels alone' ? hard(rows[0], 2) + hard(rows[1], 0) : soft(rows[0], 2) + soft(rows[1], 3);
  expect(loss).toBeCloseTo(expected / 2, 6);
  const derived = withGradients(model.program, Object.keys(parameters));
  const outputs = replayFloat64(record(derived, batch.tensors, parameters), { ...batch.tensors, ...parameters });
  expect(Object.values(outputs).every(({ data: values }) => values.every(Number.isFinite))).toBe(true);
});

it('gives class weights to labels and teacher alike, and counts right answers of labeled examples alone', () => {
  const data = { sequences, targets: [2, 0, -1, -1] as Target[] };
  const task = taughtTask(sequenceTask(config, { classWeights: Float32Array.of(1, 1, 3) }), data, taught);
  const batch = task.batch(data, Int32Array.of(0, 1, 2), { ...options, batchSize: 3 });
  const { rows, loss } = run(task.batch(data, Int32Array.of(0, 1, 2), options));
  const each = [0, 1].map((i) => 0.25 * hard(rows[i], [2, 0][i]) + 0.75 * soft(rows[i], i));
  expect(loss).toBeCloseTo((3 * each[0] + each[1] + soft(rows[2], 2)) / 5, 6);
  expect(batch.weight).toBe(5);
  const logits = float32([0, 0, 1, 0, 1, 0, 1, 0, 0], [3, 3]); // says 2, 1, 0
  expect(task.correct?.(data, batch, logits)).toBe(1);
});

it('adds up to the whole batch in parts', () => {
  const data = { sequences, targets: [2, 0, -1, -1] as Target[] };
  const task = taughtTask(sequenceTask(config), data, taught);
  const whole = task.batch(data, Int32Array.of(0, 1, 2, 3), options);
  const parts = [Int32Array.of(0, 2), Int32Array.of(1, 3)].map((own) => task.batch(data, own, options));
  const together = parts.reduce((sum, part) => sum + run(part).loss * part.weight, 0) / whole.weight;
  expect(together).toBeCloseTo(run(whole).loss, 6);
});

it('leaves batches of other data as they are', () => {
  const [data, other] = [0, 1].map(() => ({ sequences, targets: [2, 0, 1, 1] as Target[] }));
  const batch = taughtTask(sequenceTask(config), data, taught).batch(other, Int32Array.of(0, 1), options);
  expect(batch).toEqual(sequenceTask(config).batch(other, Int32Array.of(0, 1), options));
});

it('averages over the teachers that read a row', () => {
  const [a, b] = [Float32Array.of(0.5, 0.5, Number.NaN, Number.NaN, 1, 0), Float32Array.of(0.25, 0.75, 0.5, 0.5, 0, 1)];
  expect([...averaged([a, b], 2)]).toEqual([0.375, 0.625, 0.5, 0.5, 0.5, 0.5]);
  expect([...averaged([a, a], 2)]).toEqual([0.5, 0.5, Number.NaN, Number.NaN, 1, 0]);
});

it('computes the same on every engine, however rows are packed', async () => {
  const data = { sequences, targets: [2, 0, -1, -1] as Target[] };
  const task = taughtTask(sequenceTask(config), data, taught);
  const batches = [8, 16].map((rowLength) => task.batch(data, Int32Array.of(3, 0, 1, 2), { ...options, rowLength }));
  const names = Object.keys(parameters);
  const derived = withGradients(model.program, names);
  const exact = replayFloat64(record(derived, batches[0].tensors, parameters), {
    ...batches[0].tensors,
    ...parameters,
  });
  for (const engine of [openOnnxEngine(), openCpuEngine()])
    for (const { tensors } of batches) {
      const outputs = await engine.compile(derived).run(tensors, parameters);
      expect(outputs.loss.data[0]).toBeCloseTo(exact.loss.data[0], 5);
      for (const name of names) {
        const [own, expected] = [outputs, exact].map((all) => all[gradientName(name)].data);
        expect(largestDifference(own, expected).absolute).toBeLessThan(1e-4); // of entries up to 10
      }
    }
});
