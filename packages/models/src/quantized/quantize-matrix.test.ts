import { fold, keyOf, normal, type QuantizedFormat } from '@attune/engine';
import { describe, expect, it } from 'vitest';
import { dequantizeMatrix, quantizeMatrix } from './quantize-matrix';

const [rows, columns] = [5, 150];
const shape = [rows, columns];
const values = Float32Array.from({ length: rows * columns }, (_, i) => normal(fold(keyOf(9), i)) * (1 + (i % 7)));
const formats: readonly QuantizedFormat[] = ['int8', 'int4', 'nf4'];

/** bitsandbytes' table, as its documentation prints it. */
const table = [
  -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
];

/** The blocks of a row: 64 numbers, and what is left. */
const blocksOf = (row: number) =>
  [0, 64, 128].map((from) => values.slice(row * columns + from, row * columns + Math.min(from + 64, columns)));

const furthest = (block: Float32Array) => block.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
const nearest = (scaled: number, levels: readonly number[]) =>
  levels.reduce((best, level) => (Math.abs(level - scaled) < Math.abs(best - scaled) ? level : best));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Each format in its plainest words: the levels, and what one unit of them is worth in a block. */
const reference: Readonly<
  Record<QuantizedFormat, { levels: readonly number[]; unit: (block: Float32Array) => number }>
> = {
  int8: { levels: range(-127, 127), unit: (block) => Math.abs(furthest(block)) / 127 },
  int4: { levels: range(-8, 7), unit: (block) => furthest(block) / -8 },
  nf4: { levels: table, unit: (block) => Math.abs(furthest(block)) },
};

describe.each(formats)('%s', (format) => {
  const { levels, unit } = reference[format];

  it('takes the nearest of its levels, block by block', () => {
    const expected = range(0, rows - 1).flatMap((row) =>
      blocksOf(row).flatMap((block) => {
        const scale = Math.fround(unit(block));
        return Array.from(block, (value) => Math.fround(Math.fround(nearest(value / scale, levels)) * scale));
      }),
    );
    expect(Array.from(dequantizeMatrix(quantizeMatrix(values, shape, format), shape, format))).toEqual(expected);
  });

  it('quantizes what it has quantized to the same bytes', () => {
    const once = quantizeMatrix(values, shape, format);
    const twice = quantizeMatrix(dequantizeMatrix(once, shape, format), shape, format);
    expect(twice.codes).toEqual(once.codes);
  });

  it('keeps zeros, and refuses what is no number', () => {
    const zeros = quantizeMatrix(new Float32Array(128), [2, 64], format);
    expect(dequantizeMatrix(zeros, [2, 64], format)).toEqual(new Float32Array(128));
    const damaged = values.slice();
    damaged[200] = Number.NaN;
    expect(() => quantizeMatrix(damaged, shape, format)).toThrow('expected finite numbers, got NaN at 200');
    expect(() => quantizeMatrix(values, [rows, columns + 1], format)).toThrow(RangeError);
  });
});

it('packs nf4 as bitsandbytes does: two neighbors a byte, the first in the upper half', () => {
  const row = Float32Array.from({ length: 64 }, (_, i) => 3 * table[(i * 5) % 16]);
  const { codes, scales } = quantizeMatrix(row, [1, 64], 'nf4');
  expect(Array.from(scales.data)).toEqual([3]);
  expect(Array.from(codes.data)).toEqual(range(0, 31).map((i) => (((2 * i * 5) % 16) << 4) | (((2 * i + 1) * 5) % 16)));
});

it('loses as much as each format is known to lose of normal numbers', () => {
  const many = Float32Array.from({ length: 64 * 512 }, (_, i) => normal(fold(keyOf(3), i)));
  const lost = (format: QuantizedFormat) => {
    const back = dequantizeMatrix(quantizeMatrix(many, [64, 512], format), [64, 512], format);
    return Math.sqrt(many.reduce((sum, value, i) => sum + (value - back[i]) ** 2, 0) / many.length);
  };
  expect(lost('int8')).toBeLessThan(0.007);
  expect(lost('nf4')).toBeLessThan(0.1);
  expect(lost('int4')).toBeLessThan(0.115);
  expect(lost('nf4')).toBeLessThan(lost('int4')); // what NormalFloat is for
});
