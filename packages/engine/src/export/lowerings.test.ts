import { describe, expect, it } from 'vitest';
import { replayFloat64 } from '../compile/replay';
import { openOnnxFile } from '../node/onnx-file';
import { type QuantizedFormat, quantizedFormats, quantizedSpecs } from '../ops/quantized/formats';
import { quantizedLinear } from '../ops/quantized/linear';
import { type ProgramFunction, record } from '../record/record';
import { float32, sizeOf, uint8 } from '../tensor';
import { largestDifference } from '../testing/differences';
import { randomFloats, randomIntegers } from '../testing/random-tensors';
import { type Activations, quantizeRows, rowScales } from './lowerings';
import { exportToOnnx } from './onnx';

describe('quantizeRows', () => {
  const matrix = float32([0.5, -1, 0.25, 0, 0, 0], [2, 3]);

  it('gives each row its own scale, symmetric about zero', () => {
    expect(Array.from(rowScales(matrix, { largest: 127 }))).toEqual([Math.fround(1 / 127), 1]);
    expect(Array.from(quantizeRows(matrix, { largest: 127 }))).toEqual([64, -127, 32, 0, 0, 0]);
  });

  it('lays the integers out transposed', () => {
    expect(Array.from(quantizeRows(matrix, { largest: 64, transposed: true }))).toEqual([32, 0, -64, 0, 16, 0]);
  });

  it.each([64, 127])('is within half a unit of every value, in [−%i, %i]', (largest) => {
    const random = randomFloats([7, 33], 5);
    const scales = rowScales(random, { largest });
    quantizeRows(random, { largest }).forEach((integer, i) => {
      const scale = scales[Math.floor(i / 33)];
      expect(Math.abs(integer * scale - random.data[i])).toBeLessThanOrEqual(scale * 0.500001);
      expect(Math.abs(integer)).toBeLessThanOrEqual(largest);
    });
  });
});

describe.each(quantizedFormats)('a matrix in %s in a file for onnxruntime alone', (format) => {
  const [rows, columns] = [200, 320];
  const specs = quantizedSpecs(format, [rows, columns]);
  const codes = uint8(Uint8Array.from(randomIntegers([sizeOf(specs.codes.shape)], 1, 256).data), specs.codes.shape);
  const parameters = { codes, scales: randomFloats(specs.scales.shape, 2) };

  /** Its product with [tokens, columns] of ones and other numbers, by the file and in float64; and whether the file has integers. */
  async function products(tokens: number, activations: Activations) {
    const program: ProgramFunction = ({ x }, { codes, scales }) => ({
      y: quantizedLinear(x, { format, codes, scales }),
    });
    const file = exportToOnnx<'tokens'>(program, {
      inputs: {},
      states: { x: ['tokens', columns] },
      batch: () => ({}),
      prologue: () => ({}),
      ...{ parameters, precision: 'fp32', isPortable: false, activations },
    });
    const opened = await openOnnxFile(file);
    const x = randomFloats([tokens, columns], 3);
    const { y } = await opened.run({ x });
    await opened.close();
    const expected = replayFloat64(record(program, { x }, parameters), { x, ...parameters }).y;
    const isInteger = Buffer.concat([...file.chunks()]).includes('accuracy_level');
    return { ...largestDifference(y.data as Float32Array, expected.data), isInteger };
  }

  it.each([1, 7, 40])('is multiplied by float32, %i tokens', async (tokens) => {
    const { relative, isInteger } = await products(tokens, 'float32');
    expect(isInteger).toBe(false);
    expect(relative).toBeLessThan(1e-5);
  });

  it.each([1, 7, 40])('is multiplied by 8 bits where that is asked for and faster, %i tokens', async (tokens) => {
    const { relative, isInteger } = await products(tokens, 'int8');
    const hasLevels: QuantizedFormat = 'nf4'; // of which there is no integer product
    expect(isInteger).toBe(format !== hasLevels);
    expect(relative).toBeLessThan(format === hasLevels ? 1e-5 : 0.02);
    if (format !== hasLevels) expect(relative).toBeGreaterThan(1e-4);
  });
});
