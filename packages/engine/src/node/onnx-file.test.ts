import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { replayFloat64 } from '../compile/replay';
import { exportToOnnx } from '../export/onnx';
import { embedding } from '../ops/gather';
import { linear } from '../ops/linear';
import { type ProgramFunction, record } from '../record/record';
import { int32 } from '../tensor';
import { largestDifference } from '../testing/differences';
import { randomFloats } from '../testing/random-tensors';
import { openOnnxFile } from './onnx-file';

const parameters = { table: randomFloats([11, 8], 1), weight: randomFloats([6, 8], 2), bias: randomFloats([6], 3) };

const program: ProgramFunction = ({ ids }, { table, weight, bias }) => {
  const [rows, length] = ids.shape;
  const y = linear(embedding(table, tf.reshape(ids, [rows * length])), weight, bias);
  return { y: tf.reshape(y, [rows, length, 6]) };
};

const file = exportToOnnx(program, {
  inputs: { ids: ['rows', 'length'] },
  batch: ({ rows, length }) => ({ ids: { shape: [rows, length], dtype: 'int32' } }),
  prologue: (graph) => {
    graph.cast('ids', 'ids32', 'int32');
    return { ids: 'ids32' };
  },
  parameters,
  precision: 'fp32',
});

function batchOf(shape: readonly [number, number]) {
  const ids = Int32Array.from({ length: shape[0] * shape[1] }, (_, i) => (i * 7 + 3) % 11);
  const batch = { ids: int32(ids, shape) };
  const expected = replayFloat64(record(program, batch, parameters), { ...batch, ...parameters }).y;
  return { inputs: { ids: { data: BigInt64Array.from(ids, BigInt), shape } }, expected };
}

describe('an opened file', () => {
  let temporary: string;
  /** The runtime may leave files of its own. */
  const left = () => readdirSync(temporary).filter((name) => name.startsWith('attune-'));
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'attune-test-'));
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true });
  });

  it('is opened by its path too, and named where it is none', async () => {
    const path = join(temporary, 'model.onnx');
    await expect(openOnnxFile(path)).rejects.toMatchObject({
      code: 'CHECKPOINT_MISSING',
      message: `${path}: expected an ONNX file, found no such file; check the path`,
    });
    writeFileSync(path, 'no file of this kind');
    await expect(openOnnxFile(path)).rejects.toMatchObject({
      code: 'CHECKPOINT_FORMAT',
      message: expect.stringContaining(`${path}: expected an ONNX file that onnxruntime loads`),
    });
    writeFileSync(path, Buffer.concat([...file.chunks()]));
    const opened = await openOnnxFile(path);
    const { inputs, expected } = batchOf([3, 2]);
    const { y } = await opened.run(inputs);
    await opened.close();
    expect(largestDifference(y.data as Float32Array, expected.data).relative).toBeLessThan(1e-5);
    expect(readdirSync(temporary)).toContain('model.onnx');
  });

  it('computes what its program does, at any size, and leaves no file behind', async () => {
    const opened = await openOnnxFile(file);
    expect(opened.inputNames).toEqual(['ids']);
    for (const shape of [
      [1, 1],
      [4, 5],
      [2, 9],
    ] as const) {
      const { inputs, expected } = batchOf(shape);
      const { y } = await opened.run(inputs);
      expect(y.shape).toEqual([...shape, 6]);
      expect(largestDifference(y.data as Float32Array, expected.data).absolute).toBeLessThan(2e-6);
    }
    expect(left()).toEqual([]);
    await opened.close();
  });

  it.each(['with', 'without'])(
    'no longer needs the weights once it has written them, %s a place to write to',
    async (place) => {
      if (place === 'without') vi.stubEnv('TMPDIR', join(temporary, 'nowhere'));
      const [data, own] = [parameters.weight.data, parameters.weight.data.slice()];
      const { inputs, expected } = batchOf([3, 4]);
      const seen: string[][] = [];
      const onWritten = () => {
        seen.push(left());
        data.fill(Number.NaN);
      };
      const opened = await openOnnxFile(file, { threads: 1, onWritten });
      data.set(own);
      expect(seen.map((names) => names.length)).toEqual([place === 'with' ? 1 : 0]);
      const { y } = await opened.run(inputs);
      expect(largestDifference(y.data as Float32Array, expected.data).absolute).toBeLessThan(2e-6);
      await opened.close();
    },
  );

  it('names an input that is missing, and does not run when closed', async () => {
    const opened = await openOnnxFile(file);
    const { inputs } = batchOf([1, 2]);
    await expect(opened.run({ id: inputs.ids })).rejects.toThrow(
      /expected the inputs ids, got none named "ids"; pass it/,
    );
    await opened.close();
    await expect(opened.run(inputs)).rejects.toThrow();
  });

  it('removes its temporary file where the model is refused', async () => {
    const broken = { ...file, chunks: () => [new Uint8Array([1, 2, 3])] };
    await expect(openOnnxFile(broken)).rejects.toThrow();
    expect(left()).toEqual([]);
  });
});
