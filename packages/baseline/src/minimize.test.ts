import { describe, expect, it } from 'vitest';
import { largestDifference } from '../test/goldens';
import { type Evaluate, minimize } from './minimize';

/** Rosenbrock's curved valley in any number of dimensions: not convex, minimum 0 at (1, …, 1). */
const valley: Evaluate = (x, gradient) => {
  gradient.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const bend = x[i + 1] - x[i] ** 2;
    value += 100 * bend ** 2 + (1 - x[i]) ** 2;
    gradient[i] += -400 * x[i] * bend - 2 * (1 - x[i]);
    gradient[i + 1] += 200 * bend;
  }
  return value;
};

describe('minimize', () => {
  it('finds the minimum of a quadratic a thousand times steeper one way than another', () => {
    const center = Float64Array.from({ length: 30 }, (_, i) => i);
    const steepness = center.map((i) => 10 ** (i / 10 - 1.5));
    const bowl: Evaluate = (x, gradient) => {
      let value = 0;
      for (let i = 0; i < x.length; i++) {
        gradient[i] = steepness[i] * (x[i] - center[i]);
        value += (gradient[i] * (x[i] - center[i])) / 2;
      }
      return value;
    };
    const { point, converged } = minimize(bowl, new Float64Array(30), { tolerance: 1e-9 });
    expect(converged).toBe(true);
    expect(largestDifference(point, center)).toBeLessThan(1e-6);
  });

  it.each([2, 10])('follows Rosenbrock’s valley in %i dimensions', (size) => {
    const { point, iterations } = minimize(valley, new Float64Array(size).fill(-1.2), { tolerance: 1e-9 });
    expect(largestDifference(point, new Array(size).fill(1))).toBeLessThan(1e-7);
    expect(iterations).toBeLessThan(200);
  });

  it('backs away from where the function is not finite', () => {
    const { point } = minimize(
      (x, gradient) => {
        gradient[0] = 1 - 1 / x[0];
        return x[0] - Math.log(x[0]); // NaN left of 0
      },
      Float64Array.of(20),
      { tolerance: 1e-10 },
    );
    expect(point[0]).toBeCloseTo(1, 8);
  });

  it('stops at once at a minimum, and at maxIterations', () => {
    expect(minimize(valley, Float64Array.of(1, 1))).toMatchObject({ iterations: 0, converged: true, value: 0 });
    expect(minimize(valley, Float64Array.of(-1, 1), { maxIterations: 3 })).toMatchObject({
      iterations: 3,
      converged: false,
    });
  });

  it('does not claim to have converged on NaN', () => {
    const { converged } = minimize((_, gradient) => {
      gradient.fill(Number.NaN);
      return Number.NaN;
    }, new Float64Array(2));
    expect(converged).toBe(false);
  });

  it('leaves the start as it was', () => {
    const start = Float64Array.of(-1.2, 1);
    minimize(valley, start);
    expect([...start]).toEqual([-1.2, 1]);
  });
});
