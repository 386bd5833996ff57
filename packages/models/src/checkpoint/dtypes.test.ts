import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConvertedDtype, convertToFloat32 } from './dtypes';

function convert(dtype: ConvertedDtype, bytes: ArrayBuffer): number[] {
  const width = dtype === 'F64' ? 8 : 2;
  const target = new Float32Array(bytes.byteLength / width);
  convertToFloat32(dtype, new Uint8Array(bytes), target);
  return Array.from(target);
}

const words = (...values: number[]) => Uint16Array.from(values).buffer;

describe('convertToFloat32', () => {
  it("gives binary16's values: zeros, the least and the greatest numbers, infinities, NaN", () => {
    const bits = words(0, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3555, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00);
    expect(convert('F16', bits)).toEqual([
      0,
      -0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      0.333251953125,
      1,
      -2,
      65504,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it('gives binary16 in the order of its bits', () => {
    const positive = convert('F16', Uint16Array.from({ length: 0x7c01 }, (_, bits) => bits).buffer);
    expect(positive.every((value, i) => i === 0 || value > positive[i - 1])).toBe(true);
  });

  it('keeps every bit of bfloat16', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        const upper = new Uint32Array(Float32Array.of(value).buffer)[0] >>> 16;
        const expected = new Float32Array(Uint32Array.of(upper * 2 ** 16).buffer)[0];
        expect(convert('BF16', words(upper))[0]).toBe(expected);
      }),
    );
  });

  it('rounds float64 to the nearest float32', () => {
    const values = [Math.PI, 1 + 2 ** -24, 1 + 3 * 2 ** -24, 1e300, -1e-300, Number.NaN];
    expect(convert('F64', Float64Array.from(values).buffer)).toEqual(values.map(Math.fround));
  });

  it('reads bytes at any offset', () => {
    const bytes = new Uint8Array([9, ...new Uint8Array(Float64Array.of(2.5).buffer)]).subarray(1);
    const target = new Float32Array(1);
    convertToFloat32('F64', bytes, target);
    expect(target[0]).toBe(2.5);
  });
});
