// Comparison with the numbers of reference implementations, and the reader of fixtures/.

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Expects every number of a record to be within 1e-12 of the reference's. */
export function expectClose<T extends object>(actual: T, expected: T): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, value] of Object.entries(expected)) {
    const received = (actual as Record<string, number>)[key];
    expect(Math.abs(received - value), `${key}: ${received} against ${value}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(value)),
    );
  }
}

/** A number, or any tree of them. */
export type Values = number | Values[] | { [name: string]: Values };

/** One random case of `fixtures/`, with the answers of the reference implementations. */
export interface FixtureCase<T> {
  readonly input: T;
  readonly expected: { [name: string]: Values };
}

/** All cases of `fixtures/<family>.json`. */
export function fixtureCases<T>(family: string): FixtureCase<T>[] {
  const file = new URL(`../fixtures/${family}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), numberOf) as FixtureCase<T>[];
}

/** JSON has no NaN: the reference's are null. */
export function numberOf(_key: string, value: unknown): unknown {
  if (value === null) return Number.NaN;
  return value === 'Infinity' || value === '-Infinity' ? Number(value) : value;
}

/** Expects every number within 1e-12 of the reference's, relative where that is above 1, and NaN where that is NaN. */
export function expectEqual(actual: Values, expected: Values, path: string): void {
  if (typeof expected === 'number') {
    expect(isClose(actual as number, expected), `${path}: ${actual} against ${expected}`).toBe(true);
    return;
  }
  expect(Object.keys(actual).sort(), path).toEqual(Object.keys(expected).sort());
  for (const [key, value] of Object.entries(expected))
    expectEqual((actual as { [name: string]: Values })[key], value, `${path}.${key}`);
}

function isClose(actual: number, expected: number): boolean {
  if (Object.is(actual, expected)) return true;
  return Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected));
}
