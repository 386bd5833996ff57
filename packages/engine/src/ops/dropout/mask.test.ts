import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillMaskPlainly, maskFillers, packPlainly } from './mask';

const row = (width: number) =>
  fc
    .tuple(fc.integer(), fc.nat(width), fc.nat(width))
    .map(([key, a, b]) => ({ key, start: Math.min(a, b), end: Math.max(a, b) }));

const masks = fc.integer({ min: 1, max: 70 }).chain((width) =>
  fc.record({
    width: fc.constant(width),
    rows: fc.array(row(width), { maxLength: 9 }),
    rate: fc.double({ min: 0, max: 0.95, noNaN: true }),
  }),
);

interface Row {
  readonly key: number;
  readonly start: number;
  readonly end: number;
}

const maskOf = (width: number, rows: readonly Row[]) => ({
  width,
  keys: Int32Array.from(rows, ({ key }) => key),
  starts: Int32Array.from(rows, ({ start }) => start),
  counts: Int32Array.from(rows, ({ start, end }) => end - start),
});

const { mask: fill, bits: fillBits } = maskFillers();

it('has the bits of the plain loops, for any rows, and touches nothing else', () => {
  fc.assert(
    fc.property(masks, ({ width, rows, rate }) => {
      const mask = maskOf(width, rows);
      const expected = new Float64Array(rows.length * width);
      fillMaskPlainly(mask, rate, expected);
      const around = new Float32Array(expected.length + 2).fill(7);
      fill(mask, rate, around.subarray(1, -1));
      expect(Array.from(around)).toEqual([7, ...Float32Array.from(expected), 7]);
    }),
  );
});

it('packs the same entries a bit each, for any rows', () => {
  fc.assert(
    fc.property(masks, ({ width, rows, rate }) => {
      const mask = maskOf(width, rows);
      const entries = new Float64Array(rows.length * width);
      fillMaskPlainly(mask, rate, entries);
      const expected = new Float64Array(Math.ceil(entries.length / 32));
      packPlainly(entries, expected);
      const around = new Int32Array(expected.length + 2).fill(7);
      fillBits(mask, rate, around.subarray(1, -1));
      expect(Array.from(around)).toEqual([7, ...expected, 7]);
    }),
  );
});

it('goes on past one chunk', () => {
  const rows = 1000;
  const mask = {
    width: 40,
    keys: Int32Array.from({ length: rows }, (_, r) => r),
    starts: new Int32Array(rows),
    counts: new Int32Array(rows).fill(37),
  };
  const [expected, actual] = [new Float64Array(rows * 40), new Float32Array(rows * 40)];
  fillMaskPlainly(mask, 0.5, expected);
  fill(mask, 0.5, actual);
  expect(actual).toEqual(Float32Array.from(expected));
  const [words, packed] = [new Float64Array((rows * 40) / 32), new Int32Array((rows * 40) / 32)];
  packPlainly(expected, words);
  fillBits(mask, 0.5, packed);
  expect(packed).toEqual(Int32Array.from(words));
});

it('drops at its rate', () => {
  const [rows, width] = [400, 768];
  const mask = {
    width,
    keys: Int32Array.from({ length: rows }, (_, r) => r * 7),
    starts: new Int32Array(rows),
    counts: new Int32Array(rows).fill(width),
  };
  const out = new Float32Array(rows * width);
  fill(mask, 0.1, out);
  const share = out.filter((x) => x === 0).length / out.length;
  expect(Math.abs(share - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / out.length));
  expect(out.find((x) => x !== 0)).toBe(Math.fround(1 / 0.9));
});
