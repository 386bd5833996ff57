import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { OnnxGraph } from '../../graphs/onnx-graph';
import { openOnnxEngine } from '../../node/onnx';
import { gradientName, type ProgramFunction, withGradients } from '../../record/record';
import { type HostTensors, sizeOf, uint8 } from '../../tensor';
import { largestDifference } from '../../testing';
import { randomFloats, randomIntegers } from '../../testing/random-tensors';
import { dequantizeInto, type QuantizedFormat, quantizedFormats, quantizedSpecs } from './formats';
import { quantizedLinear } from './linear';
import { quantizedProductInOnnx } from './onnx';

const engine = openOnnxEngine();

function matrixOf(format: QuantizedFormat, shape: readonly number[]): HostTensors {
  const { codes, scales } = quantizedSpecs(format, shape);
  const bytes = Uint8Array.from(randomIntegers([sizeOf(codes.shape)], 1, 256).data);
  return { codes: uint8(bytes, codes.shape), scales: randomFloats(scales.shape, 2) };
}

/** y and, of Σ y · dY, the gradient by x. */
const program = (product: (x: tf.Tensor, matrix: Readonly<Record<string, tf.Tensor>>) => tf.Tensor): ProgramFunction =>
  withGradients(
    ({ dY, ...matrix }, { x }) => {
      const y = product(x, matrix);
      return { y, loss: tf.sum(tf.mul(y, dY)) };
    },
    ['x'],
  );

describe.each(quantizedFormats)('%s', (format) => {
  it.each([
    [1, 200, 320],
    [7, 192, 256],
    [40, 96, 72],
  ])('equals the product with the numbers, %i tokens by [%i, %i], and its gradient', async (tokens, rows, columns) => {
    const matrix = matrixOf(format, [rows, columns]);
    const weight = dequantizeInto(
      { format, columns, codes: matrix.codes.data, scales: matrix.scales.data },
      new Float32Array(rows * columns),
    );
    const [x, dY] = [randomFloats([tokens, columns], 3), randomFloats([tokens, rows], 4)];
    const quantized = program((x, { codes, scales }) => quantizedLinear(x, { format, codes, scales }));
    const plain = program((x, { w }) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, true));
    const actual = await engine.compile(quantized).run({ dY, ...matrix }, { x });
    const w = { data: weight, shape: [rows, columns], dtype: 'float32' } as const;
    const expected = await engine.compile(plain).run({ dY, w }, { x });
    for (const name of ['y', gradientName('x')])
      expect(largestDifference(actual[name].data, expected[name].data).relative, name).toBeLessThan(1e-5);
  });

  it('reads x after the matrix is written, so that the runtime makes the matrix after x', () => {
    const values = new Values();
    const { codes, scales } = quantizedSpecs(format, [96, 384]);
    const inputs = { codes: { ...codes, name: 'codes' }, scales: { ...scales, name: 'scales' } };
    for (const turned of [false, true]) {
      values.calls.length = 0;
      const x = { name: 'x', shape: [5, turned ? 96 : 384], dtype: 'float32' } as const;
      const out = { name: 'y', shape: [5, turned ? 384 : 96], dtype: 'float32' } as const;
      quantizedProductInOnnx(
        { inputs: { x, ...inputs }, attributes: { format, columns: 384, turned }, outputs: [out] },
        values,
      );
      const made = values.calls.findLastIndex((node) => /^(DequantizeLinear|MatMulBnb4)/.test(node));
      expect(
        values.calls.findLastIndex((node) => /^(Reshape|Split|MatMulBnb4)\(x\b/.test(node)),
      ).toBeGreaterThanOrEqual(made);
    }
  });

  it('computes little of the matrix that is the same forward, backward and forward again', () => {
    const values = new Values();
    const { codes, scales } = quantizedSpecs(format, [96, 320]);
    const inputs = { codes: { ...codes, name: 'codes' }, scales: { ...scales, name: 'scales' } };
    for (const name of ['x', 'dY', 'recomputed x']) {
      const turned = name === 'dY';
      const x = { name, shape: [5, turned ? 96 : 320], dtype: 'float32' } as const;
      const out = { name: `product of ${name}`, shape: [5, turned ? 320 : 96], dtype: 'float32' } as const;
      quantizedProductInOnnx(
        { inputs: { x, ...inputs }, attributes: { format, columns: 320, turned }, outputs: [out] },
        values,
      );
    }
    expect(values.calls.length).toBeGreaterThan(4);
    // A reshaped input is the input itself, a part of the scales is small, and the runtime never shares a DequantizeLinear.
    const computed = values.calls.filter((node) => !/^(Reshape|Slice|DequantizeLinear)/.test(node));
    expect(computed.filter((node, i) => computed.indexOf(node) !== i)).toEqual([]);
  });
});

/** A graph that gives equal computations one name, as onnxruntime does: those that two nodes make are there twice in `calls`. */
class Values extends OnnxGraph {
  readonly calls: string[] = [];
  private readonly values = new Map<string, string>();

  override emit(operator: string, inputs: readonly string[], outputs: readonly string[], attributes = {}): void {
    const node = this.named(operator, inputs, attributes);
    for (const output of outputs) this.values.set(output, node);
  }

  private named(operator: string, inputs: readonly string[], attributes: object): string {
    const node = `${operator}(${inputs.map((name) => this.values.get(name) ?? name)})${JSON.stringify(attributes)}`;
    this.calls.push(node);
    return node;
  }
}
