import { expect } from 'vitest';

/** Expects every number of a record to be within 1e-12 of the reference's. */
export function expectClose<T extends object>(actual: T, expected: T): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, value] of Object.entries(expected)) {
    const got = (actual as Record<string, number>)[key];
    expect(Math.abs(got - value), `${key}: ${got} against ${value}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(value)),
    );
  }
}
