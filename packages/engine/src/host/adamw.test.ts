import { expect, it } from 'vitest';
import { adamw, squaredNorm } from './adamw';

const settings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, scale: 1 };

it('flushes moments that only decay to zero before they are denormal', () => {
  const arrays = {
    parameter: Float32Array.of(1),
    gradient: Float32Array.of(1),
    first: new Float32Array(1),
    second: new Float32Array(1),
  };
  adamw(arrays, { ...settings, step: 1 });
  arrays.gradient[0] = 0;
  for (let step = 2; step < 1200; step++) {
    adamw(arrays, { ...settings, step });
    expect(arrays.first[0] === 0 || Math.abs(arrays.first[0]) >= 2 ** -100).toBe(true);
  }
  expect(arrays.first[0]).toBe(0);
});

it('only decays a parameter whose gradient was always zero', () => {
  const arrays = {
    parameter: Float32Array.of(2),
    gradient: new Float32Array(1),
    first: new Float32Array(1),
    second: new Float32Array(1),
  };
  for (let step = 1; step <= 10; step++) adamw(arrays, { ...settings, weightDecay: 0.1, step });
  expect(arrays.parameter[0]).toBeCloseTo(2 * (1 - 1e-4) ** 10, 6);
});

it('sums squares in float64', () => {
  expect(squaredNorm(Float32Array.of(3, 4))).toBe(25);
  expect(squaredNorm(new Float32Array(1_000_000).fill(1e-4))).toBeCloseTo(0.01, 8);
});
