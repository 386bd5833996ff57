import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openCpuEngine, openWasmEngine } from '../engines/tfjs';
import { openOnnxEngine } from '../node/onnx';
import { embedding } from '../ops/gather';
import { keyOf, uniform } from '../random';
import type { ProgramFunction } from '../record/record';
import { type HostTensors, int32 } from '../tensor';
import { randomFloats } from '../testing/random-tensors';
import type { Training } from './training';

const [rows, width, tokens] = [50, 32, 6];
const parameters: HostTensors = { table: randomFloats([rows, width], 1), weight: randomFloats([width, 1], 2) };

const loss: ProgramFunction = ({ ids }, { table, weight }) => ({
  loss: tf.mean(tf.square(tf.matMul(embedding(table, ids) as tf.Tensor2D, weight as tf.Tensor2D))),
});
/** The same, but the table is read as a whole too: its update is the dense one. */
const denseLoss: ProgramFunction = (batch, parameters) => ({
  loss: tf.add(loss(batch, parameters).loss, tf.mul(0, tf.sum(parameters.table))),
});

/** Few rows are read often, most rarely or never. */
const batchOf = (step: number): HostTensors => ({
  ids: int32(Int32Array.from({ length: tokens }, (_, i) => Math.floor(rows * uniform(keyOf(3, step, i)) ** 4))),
});
const rate = (step: number, steps: number) => 0.02 * Math.min((step + 1) / 10, 1 - step / steps);

describe.each([openCpuEngine(), await openWasmEngine(), openOnnxEngine()])('a table trained on $name', (engine) => {
  const open = (fn: ProgramFunction, extra = {}) =>
    engine.openTraining(engine.compile(fn), parameters, {
      name: 'adamw',
      weightDecay: 0.1,
      maxGradNorm: 0.05,
      ...extra,
    });
  const steps = 300;
  const run = async (training: Training, from: number, to: number) => {
    const norms: number[] = [];
    for (let step = from; step < to; step++) {
      const { gradientNorm } = await training.step(batchOf(step), { learningRate: rate(step, steps) });
      norms.push(gradientNorm);
    }
    return norms;
  };

  it('has the bits of the dense update over hundreds of steps of warm-up, clipping and decay', async () => {
    const [lazy, dense] = [await open(loss), await open(denseLoss)];
    expect(await run(lazy, 0, steps)).toEqual(await run(dense, 0, steps));
    expect(await lazy.read()).toEqual(await dense.read());
  });

  it('has them when its state is saved and restored in the middle', async () => {
    const dense = await open(denseLoss);
    await run(dense, 0, steps);
    const first = await open(loss);
    await run(first, 0, 137);
    const saved = await first.read();
    await run(first, 137, steps);
    const second = await open(loss);
    await run(second, 0, 5);
    await second.write(saved);
    await run(second, 137, steps);
    const expected = await dense.read();
    expect(await first.read()).toEqual(expected);
    expect(await second.read()).toEqual(expected);
  });

  it('is read up to date by other programs, by rows or whole, and goes on', async () => {
    const [lazy, dense] = [await open(loss), await open(denseLoss)];
    const byRow = engine.compile(({ ids }, { table }) => ({ y: tf.gather(table, ids as tf.Tensor1D) }));
    const whole = engine.compile((_, { table }) => ({ y: tf.neg(table) }));
    for (let step = 0; step < 60; step++) {
      for (const training of [lazy, dense]) await run(training, step, step + 1);
      const program = step % 2 ? byRow : whole;
      const batch = { ids: int32([step % rows, (step * 7) % rows]) };
      expect(await lazy.run(program, batch)).toEqual(await dense.run(program, batch));
    }
    expect(await lazy.read()).toEqual(await dense.read());
  });

  it('may be trained by one program by rows and by another as a whole', async () => {
    const mixed = await open((batch, parameters) =>
      (batch.ids.shape[0] === tokens ? loss : denseLoss)(batch, parameters),
    );
    const dense = await open(denseLoss);
    for (let step = 0; step < 40; step++) {
      const { ids } = batchOf(step);
      const batch = step % 5 === 3 ? { ids: int32(ids.data.slice(1) as Int32Array) } : { ids };
      for (const training of [mixed, dense]) await training.step(batch, { learningRate: 0.01 });
    }
    expect(await mixed.read()).toEqual(await dense.read());
  });

  it.each([
    { name: 'adam', weightDecay: 0 },
    { name: 'adam', weightDecay: 0.1 }, // moves every row: no table is lazy then
    { name: 'sgd', weightDecay: 0, momentum: 0.9 },
    { name: 'sgd', weightDecay: 0.1 },
  ])('has the bits of the dense update by $name with decay $weightDecay', async (optimizer) => {
    const [lazy, dense] = [await open(loss, optimizer), await open(denseLoss, optimizer)];
    expect(await run(lazy, 0, 100)).toEqual(await run(dense, 0, 100));
    expect(await lazy.read()).toEqual(await dense.read());
  });

  it('adds up the gradients of several batches', async () => {
    const [lazy, dense] = [await open(loss), await open(denseLoss)];
    for (let step = 0; step < 30; step++)
      for (const training of [lazy, dense]) {
        await training.gradients(batchOf(3 * step), { scale: 0.5 });
        await training.gradients(batchOf(3 * step + 1), { scale: 0.3, add: true });
        await training.gradients(batchOf(3 * step + 2), { scale: 0.2, add: true });
        await training.update({ learningRate: 0.01 });
      }
    expect(await lazy.readGradients()).toEqual(await dense.readGradients());
    expect(await lazy.read()).toEqual(await dense.read());
  });

  it('adds rows to a gradient of the whole table, and the other way round', async () => {
    for (const first of ['rows', 'whole']) {
      const mixed = await open((batch, parameters) =>
        ((batch.ids.shape[0] === tokens) === (first === 'rows') ? loss : denseLoss)(batch, parameters),
      );
      const dense = await open(denseLoss);
      for (const training of [mixed, dense]) {
        await training.gradients(batchOf(1), { scale: 0.5 });
        await training.gradients({ ids: int32([4, 49]) }, { scale: 0.5, add: true });
      }
      expect(await mixed.readGradients()).toEqual(await dense.readGradients());
    }
  });

  it('shows gradients that are zero but for the rows at hand', async () => {
    const [lazy, dense] = [await open(loss), await open(denseLoss)];
    for (const step of [1, 2, 3]) for (const training of [lazy, dense]) await training.gradients(batchOf(step));
    expect(await lazy.readGradients()).toEqual(await dense.readGradients());
  });

  it('does not change where it is not trained, and refuses a row that it does not have', async () => {
    const training = await open(loss, { isTrainable: (name: string) => name !== 'table' });
    await run(training, 0, 3);
    expect((await training.readParameters()).table).toEqual(parameters.table);
    const trained = await open(loss);
    await expect(trained.gradients({ ids: int32([0, 0, 0, 0, 0, rows]) })).rejects.toThrow(
      '"ids": expected rows of a table of 50, from 0 to 49, got 50',
    );
  });
});
