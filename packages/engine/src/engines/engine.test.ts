import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openOnnxEngine } from '../node';
import { float32 } from '../tensor';
import { openCpuEngine } from './tfjs';

it.each([openCpuEngine(), openOnnxEngine()])('$name refuses products that it does not compute', (engine) => {
  const error = { name: 'AttuneError', code: 'ENGINE_PRECISION', message: expect.stringContaining('setup tfjs-node') };
  expect(() => engine.compile(({ x }) => ({ x }), { products: 'bfloat16' })).toThrow(expect.objectContaining(error));
  expect(engine.compile(({ x }) => ({ x }), { products: 'float32' }).fn).toBeTypeOf('function');
});

it('says that exported files run on the engine onnx, and on no other of these', () => {
  expect([openCpuEngine(), openOnnxEngine()].map(({ runsExportedFiles = false }) => runsExportedFiles)).toEqual([
    false,
    true,
  ]);
});

it.each([openCpuEngine, openOnnxEngine])('says so where it is used after close (%s)', async (open) => {
  const engine = open();
  const x = float32([1, 2]);
  const program = engine.compile(({ x }, { w }) => ({ loss: tf.sum(tf.mul(x, w)) }));
  const training = await engine.openTraining(program, { w: x }, { name: 'sgd' });
  await training.step({ x }, { learningRate: 0.5 });
  await Promise.all([engine.close(), engine.close()]);
  await engine.close();

  const closed = (call: string) => ({
    code: 'ENGINE_CLOSED',
    message: `${call}: expected an open engine, got ${engine.name} after close(); open a new one, or close this one later`,
  });
  expect(() => engine.compile(program.fn)).toThrow(expect.objectContaining(closed('compile')));
  await expect(program.run({ x }, { w: x })).rejects.toMatchObject(closed('run'));
  await expect(engine.openTraining(program, { w: x }, { name: 'sgd' })).rejects.toMatchObject(closed('openTraining'));
  await expect(training.step({ x }, { learningRate: 1 })).rejects.toMatchObject(closed('step'));
  await expect(training.gradients({ x })).rejects.toMatchObject(closed('gradients'));
  await expect(training.run(program, { x })).rejects.toMatchObject(closed('run'));
  expect([...(await training.readParameters()).w.data]).toEqual([0.5, 1]);
});

it('computes the same bits where programs of several shapes share memory', async () => {
  const [roomy, crowded] = [openOnnxEngine({ threads: 1 }), openOnnxEngine({ threads: 1, bytes: 1000 })];
  const batchOf = (rows: number) => ({
    x: float32(
      Float32Array.from({ length: rows * 8 }, (_, i) => Math.sin(i)),
      [rows, 8],
    ),
  });
  const w = float32(
    Float32Array.from({ length: 8 * 16 }, (_, i) => Math.cos(i)),
    [8, 16],
  );
  const taken = async (engine: typeof roomy) => {
    const program = engine.compile(({ x }, { w }) => ({
      loss: tf.sum(tf.square(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))),
    }));
    const training = await engine.openTraining(program, { w }, { name: 'adamw' });
    for (const rows of [40, 50, 60, 40, 50]) await training.step(batchOf(rows), { learningRate: 0.01 });
    return [...(await training.readParameters()).w.data];
  };
  const expected = await taken(roomy);
  expect(await taken(crowded)).toEqual(expected);
  expect(expected).not.toEqual([...w.data]);
  await Promise.all([roomy.close(), crowded.close()]);
});
