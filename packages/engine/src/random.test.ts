import { expect, it } from 'vitest';
import { fold, keyOf, normal, uniform } from './random';

const sample = (count: number, of: (i: number) => number) => Array.from({ length: count }, (_, i) => of(i));

it('gives the same number for the same coordinates, always', () => {
  expect([keyOf(42, 0), keyOf(42, 1), keyOf(0, 42), fold(keyOf(42), 1)]).toEqual([
    keyOf(42, 0),
    keyOf(42, 1),
    keyOf(0, 42),
    keyOf(42, 1),
  ]);
  expect(new Set([keyOf(42, 0), keyOf(42, 1), keyOf(0, 42), keyOf(1, 42)]).size).toBe(4);
  expect(keyOf(42, 7) >>> 0).toBe(keyOf(42, 7) >>> 0);
});

it('is uniform: a chi-squared test over 64 bins passes at a loose level', () => {
  const bins = new Array(64).fill(0);
  for (const value of sample(64_000, (i) => uniform(keyOf(1, i)))) bins[Math.floor(value * 64)]++;
  const chi = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(chi).toBeLessThan(120); // 63 degrees of freedom: 1 in 10⁵
});

it('does not correlate neighbors along any coordinate', () => {
  const correlation = (a: number[], b: number[]) =>
    (12 * a.reduce((sum, x, i) => sum + (x - 0.5) * (b[i] - 0.5), 0)) / a.length;
  const base = sample(20_000, (i) => uniform(keyOf(3, i, 5)));
  expect(
    Math.abs(
      correlation(
        base,
        sample(20_000, (i) => uniform(keyOf(3, i + 1, 5))),
      ),
    ),
  ).toBeLessThan(0.03);
  expect(
    Math.abs(
      correlation(
        base,
        sample(20_000, (i) => uniform(keyOf(3, i, 6))),
      ),
    ),
  ).toBeLessThan(0.03);
  expect(
    Math.abs(
      correlation(
        base,
        sample(20_000, (i) => uniform(keyOf(4, i, 5))),
      ),
    ),
  ).toBeLessThan(0.03);
});

it('has a standard normal with the right moments', () => {
  const values = sample(50_000, (i) => normal(keyOf(9, i)));
  const moment = (k: number) => values.reduce((sum, x) => sum + x ** k, 0) / values.length;
  expect(Math.abs(moment(1))).toBeLessThan(0.02);
  expect(moment(2)).toBeCloseTo(1, 1);
  expect(moment(4)).toBeGreaterThan(2.8);
  expect(moment(4)).toBeLessThan(3.2);
});
