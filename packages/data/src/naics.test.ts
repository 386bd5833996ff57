import { describe, expect, it } from 'vitest';
import { naicsSector, naicsSectors } from './naics';

describe('naicsSectors', () => {
  it('are twenty, in order', () => {
    expect(naicsSectors.size).toBe(20);
    expect([...naicsSectors.keys()].map((code) => Number.parseInt(code, 10))).toEqual([
      11, 21, 22, 23, 31, 42, 44, 48, 51, 52, 53, 54, 55, 56, 61, 62, 71, 72, 81, 92,
    ]);
    expect(naicsSectors.get('48-49')).toBe('Transportation and Warehousing');
  });
});

describe('naicsSector', () => {
  it.each([
    ['111110', '11'],
    ['332710', '31-33'],
    ['33', '31-33'],
    ['4541', '44-45'],
    ['491110', '48-49'],
    ['921110', '92'],
  ])('%s is in %s', (code, sector) => {
    expect(naicsSector(code)).toBe(sector);
  });

  it.each(['', '1', '431110', '1111100', '11x', 'constructor', '31-33'])('refuses %j', (code) => {
    expect(() => naicsSector(code)).toThrow(RangeError);
  });
});
