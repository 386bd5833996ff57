import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { replayFloat64 } from '../compile/replay';
import { geluErf } from '../ops/activations';
import { embedding } from '../ops/gather';
import { linear } from '../ops/linear';
import { layerNorm } from '../ops/normalization';
import { type ProgramFunction, record } from '../record/record';
import { float32, type HostTensor, type HostTensors, int32 } from '../tensor';
import { largestDifference } from '../testing/differences';
import { randomFloats } from '../testing/random-tensors';
import { quantizeRows, rowScales } from './lowerings';
import { type ExportOptions, exportToOnnx, type Precision } from './onnx';

type Size = 'rows' | 'length';

const parameters: HostTensors = {
  table: randomFloats([11, 8], 1),
  weight: randomFloats([6, 8], 2),
  bias: randomFloats([6], 3),
  wide: randomFloats([10, 8], 6),
  wideBias: randomFloats([10], 7),
  scale: randomFloats([6], 4),
  shift: randomFloats([6], 5),
};

/** One of each lowering that a file has of its own, around reshapes to [rows, length, channels]. */
const program: ProgramFunction = ({ ids }, { table, weight, bias, scale, shift }) => {
  const [rows, length] = ids.shape;
  const x = embedding(table, tf.reshape(ids, [rows * length]));
  const y = layerNorm(geluErf(linear(x, weight, bias)), scale, shift, 1e-6);
  const z = tf.reshape(y, [rows, length, 6]);
  return { scores: tf.softmax(tf.matMul(z, z, false, true)) }; // [rows, length, length]
};

const options = (precision: Precision): ExportOptions<Size> => ({
  inputs: { ids: ['rows', 'length'] },
  batch: ({ rows, length }) => ({ ids: { shape: [rows, length], dtype: 'int32' } }),
  prologue: (graph) => {
    graph.cast('ids', 'ids32', 'int32');
    return { ids: 'ids32' };
  },
  parameters,
  precision,
});

const bytesOf = (fn: ProgramFunction, precision: Precision = 'fp32') =>
  Buffer.concat([...exportToOnnx(fn, options(precision)).chunks()]);

async function difference(session: ort.InferenceSession, rows: number, length: number): Promise<number> {
  const ids = Int32Array.from({ length: rows * length }, (_, i) => (i * 7 + 3) % 11);
  const feed = new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [rows, length]);
  const { scores } = await session.run({ ids: feed });
  const batch = { ids: int32(ids, [rows, length]) };
  const expected = replayFloat64(record(program, batch, parameters), { ...batch, ...parameters }).scores;
  expect(scores.dims).toEqual([rows, length, length]);
  return largestDifference(scores.data as Float32Array, expected.data).absolute;
}

const shapes = [
  [1, 1],
  [1, 9],
  [4, 5],
  [13, 2],
];

describe('exportToOnnx', () => {
  it('computes what the float64 replay does, at any size, and says its sizes are free', async () => {
    const session = await ort.InferenceSession.create(bytesOf(program));
    expect(session.inputMetadata).toMatchObject([{ name: 'ids', type: 'int64', shape: ['rows', 'length'] }]);
    expect(session.outputMetadata).toMatchObject([{ name: 'scores', shape: ['rows', 'length', 'length'] }]);
    for (const [rows, length] of shapes) expect(await difference(session, rows, length)).toBeLessThan(2e-6);
  });

  it('takes states as they are, and knows a sum of sizes and a multiple of one', async () => {
    const fn: ProgramFunction = ({ ids, past }) => {
      const [rows, length] = ids.shape as [number, number];
      const added = tf.reshape(tf.cast(ids, 'float32'), [rows, length, 1]);
      const all = tf.concat([past, tf.concat([added, added], 2)], 1); // [rows, earlier + length, 2]
      return { all, flat: tf.reshape(tf.concat([added, added], 2), [rows, 2 * length]) };
    };
    const file = exportToOnnx<Size | 'earlier' | 'every'>(fn, {
      ...options('fp32'),
      inputs: { ids: ['rows', 'length'], mask: ['rows', 'every'] },
      states: { past: ['rows', 'earlier', 2] },
      sums: { every: ['earlier', 'length'] },
      products: [[2, 'length']],
    });
    const session = await ort.InferenceSession.create(Buffer.concat([...file.chunks()]));
    expect(session.outputMetadata).toMatchObject([
      { name: 'all', shape: ['rows', 'every', 2] },
      { name: 'flat', shape: ['rows', '2*length'] },
    ]);
    const int64 = (...shape: number[]) =>
      new ort.Tensor(
        'int64',
        BigInt64Array.from({ length: shape[0] * shape[1] }, (_, i) => BigInt(i)),
        shape,
      );
    for (const earlier of [0, 3]) {
      const past = new ort.Tensor('float32', new Float32Array(2 * earlier * 2).fill(9), [2, earlier, 2]);
      const { all, flat } = await session.run({ ids: int64(2, 2), mask: int64(2, earlier + 2), past });
      const before = new Array(2 * earlier).fill(9);
      expect(all.dims).toEqual([2, earlier + 2, 2]);
      expect(Array.from(all.data as Float32Array)).toEqual([...before, 0, 0, 1, 1, ...before, 2, 2, 3, 3]);
      expect(Array.from(flat.data as Float32Array)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    }
  });

  // A layer with more inputs than outputs multiplies in float32, the other in integers.
  it.each([
    ['weight', 'bias', 127, (x: number[]) => x],
    ['wide', 'wideBias', 64, asBytes],
  ] as const)('multiplies the 8-bit weights of %s as its formula says', async (weight, bias, largest, rounded) => {
    const fn: ProgramFunction = ({ ids }, { table, ...own }) => ({
      scores: linear(embedding(table, tf.reshape(ids, [ids.size])), own[weight], own[bias]),
    });
    const session = await ort.InferenceSession.create(bytesOf(fn, 'int8'));
    const ids = [3, 0, 10, 3];
    const feed = new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [2, 2]);
    const { scores } = await session.run({ ids: feed });
    const x = rounded(rowsAt(dequantized(parameters.table, 127), ids, 8)); // activations in 8 bits, by their own range
    const w = dequantized(parameters[weight], largest);
    const expected = ids.flatMap((_, row) =>
      Array.from(parameters[bias].data, (b, i) => b + dot(x.slice(row * 8, row * 8 + 8), w.slice(i * 8, i * 8 + 8))),
    );
    expect(largestDifference(scores.data as Float32Array, expected).absolute).toBeLessThan(2e-6);
    const exact = await ort.InferenceSession.create(bytesOf(fn));
    const { scores: full } = await exact.run({ ids: feed });
    // 0.4 % of the largest table entry, 0.8 % of the largest weight, 0.2 % of the range, each times 8 channels at most.
    expect(largestDifference(expected, full.data as Float32Array).absolute).toBeLessThan(0.15);
  });

  it('says how long the file is, and writes a parameter that nothing reads into none', () => {
    const extended = { ...options('fp32'), parameters: { ...parameters, unread: randomFloats([1000], 1) } };
    const file = exportToOnnx(program, extended);
    expect(Buffer.concat([...file.chunks()])).toHaveLength(file.byteLength);
    expect(file.weights.map(({ name }) => name)).toEqual(['table', 'weight', 'bias', 'scale', 'shift']);
  });

  it.each<[string, ProgramFunction]>([
    ['a scalar', ({ ids }) => ({ y: tf.mul(ids, ids.shape[0]) })],
    ['a shape', ({ ids }) => ({ y: tf.slice(ids, [0, 0], [1, ids.shape[1]! - 1]) })],
  ])('refuses a size as a constant: %s', (_, fn) => {
    expect(() => bytesOf(fn)).toThrow(/without constants that depend on rows and length, got one; derive/);
  });

  it('refuses 2 GiB, which protobuf cannot count, before anything is written', () => {
    const column = float32(new Float32Array(3 * 2 ** 26), [2 ** 26, 3]); // 805 MB
    const big = { ...options('fp32'), parameters: { a: column, b: column, c: column } };
    const fn: ProgramFunction = ({ ids }, { a, b, c }) => {
      const rows = (table: tf.Tensor) => embedding(table, tf.reshape(ids, [-1]));
      return { y: tf.add(tf.add(rows(a), rows(b)), rows(c)) };
    };
    expect(() => exportToOnnx(fn, big)).toThrow(
      expect.objectContaining({
        code: 'EXPORT_TOO_LARGE',
        message: expect.stringMatching(/under 2 GiB.*got 2\.25 GiB/),
      }),
    );
    expect(exportToOnnx(fn, { ...big, precision: 'int8' }).byteLength).toBeGreaterThan(9 * 2 ** 26);
  });
});

/** The matrix after a trip through integers in [−largest, largest]. */
function dequantized(matrix: HostTensor, largest: number): number[] {
  const scales = rowScales(matrix, { largest });
  const width = matrix.data.length / scales.length;
  return Array.from(quantizeRows(matrix, { largest }), (integer, i) => integer * scales[Math.floor(i / width)]);
}

const rowsAt = (values: readonly number[], ids: readonly number[], width: number) =>
  ids.flatMap((id) => values.slice(id * width, (id + 1) * width));

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Values after a trip through bytes, as ONNX defines DynamicQuantizeLinear: the range includes zero, zero is exact. */
function asBytes(values: readonly number[]): number[] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const scale = (high - low) / 255;
  const zero = Math.round(-low / scale);
  return values.map((value) => (Math.min(255, Math.max(0, Math.round(value / scale) + zero)) - zero) * scale);
}
