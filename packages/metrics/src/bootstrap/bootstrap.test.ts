import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, pairedBootstrap, rocAuc } from '..';
import { type BootstrapOptions, macroF1Difference } from './bootstrap';
import { bcaInterval } from './intervals';
import { seededIntegers } from './resamples';

const meanOf = (values: ArrayLike<number>) => (indices: Uint32Array) =>
  indices.reduce((sum, i) => sum + values[i], 0) / indices.length;

/** The sum of twelve uniform numbers, less six: nearly normal. */
function normals(n: number, seed: number): number[] {
  const below = seededIntegers(seed);
  const uniform = () => below(2 ** 30) / 2 ** 30;
  return Array.from({ length: n }, () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b) - 6);
}

describe('bootstrapInterval', () => {
  it('is the same for the same seed and another for another', () => {
    const statistic = meanOf(normals(30, 1));
    const first = bootstrapInterval(30, statistic, { samples: 200, seed: 7 });
    expect(bootstrapInterval(30, statistic, { samples: 200, seed: 7 })).toEqual(first);
    expect(bootstrapInterval(30, statistic, { samples: 200, seed: 7 + 2 ** 32 }).low).not.toBe(first.low);
  });

  it.each(['bca', 'percentile'] as const)('holds the true mean about as often as it says (%s)', (method) => {
    const trials = 120;
    const held = Array.from({ length: trials }, (_, trial) => {
      const { low, high } = bootstrapInterval(40, meanOf(normals(40, 1000 + trial)), {
        samples: 300,
        seed: trial,
        method,
        confidence: 0.9,
      });
      return Number(low <= 0 && 0 <= high);
    }).reduce<number>((sum, hit) => sum + hit, 0);
    expect(held / trials).toBeGreaterThan(0.8);
    expect(held / trials).toBeLessThan(0.97);
  });

  it('has the standard error of a mean', () => {
    const values = normals(100, 5);
    const { standardError } = bootstrapInterval(100, meanOf(values), { samples: 4000 });
    const mean = meanOf(values)(Uint32Array.from(values.keys()));
    const expected = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / 100;
    expect(Math.abs(standardError / expected - 1)).toBeLessThan(0.05);
  });

  it('draws whole groups', () => {
    const groups = ['a', 'b', 'a', 'c', 'b', 'a'];
    const sizes = { a: 3, b: 2, c: 1 };
    bootstrapInterval(
      6,
      (indices) => {
        for (const [name, size] of Object.entries(sizes)) {
          const drawn = [...indices].filter((i) => groups[i] === name);
          expect(drawn.length % size).toBe(0);
          expect(new Set(drawn).size).toBe(drawn.length === 0 ? 0 : size);
        }
        return indices.length;
      },
      { groups, samples: 50 },
    );
  });

  it('is the percentile interval of one example, or of one group', () => {
    expect(bootstrapInterval(1, () => 0.5)).toMatchObject({ estimate: 0.5, low: 0.5, high: 0.5 });
    const difference = macroF1Difference(['a', 'b'], { a: ['a', 'a'], b: ['b', 'b'] }, { groups: ['g', 'g'] });
    expect(difference).toMatchObject({ difference: 0, low: 0, high: 0 });
  });

  it('is wider over groups whose examples are copies', () => {
    const own = normals(20, 3);
    const values = own.flatMap((value) => [value, value, value, value]);
    const width = (groups?: number[]) => {
      const { low, high } = bootstrapInterval(80, meanOf(values), { groups });
      return high - low;
    };
    const ratio = width(values.map((_, i) => Math.floor(i / 4))) / width();
    expect(ratio).toBeGreaterThan(1.7); // √4 = 2
    expect(ratio).toBeLessThan(2.3);
  });

  it('leaves out resamples without a value, and says what is not defined', () => {
    const y = [0, 0, 0, 1, 1];
    const s = [0.1, 0.7, 0.3, 0.6, 0.9];
    const area = (indices: Uint32Array) =>
      rocAuc(
        [...indices].map((i) => y[i]),
        [...indices].map((i) => s[i]),
      );
    const { samples, estimate } = bootstrapInterval(5, area, { samples: 500 });
    expect(samples).toBeLessThan(500);
    expect(samples).toBeGreaterThan(400);
    expect(estimate).toBeCloseTo(5 / 6, 12);
    expect(bootstrapInterval(3, () => 1)).toMatchObject({ low: 1, high: 1, standardError: 0 });
    expect(() => bootstrapInterval(3, () => Number.NaN)).toThrow('expected a finite statistic of all examples');
  });

  it('refuses options without meaning', () => {
    expect(() => bootstrapInterval(0, () => 1)).toThrow('n expected an integer ≥ 1, got 0');
    expect(() => bootstrapInterval(1, () => 1, { confidence: 95 })).toThrow('confidence');
    expect(() => bootstrapInterval(1, () => 1, { seed: -1 })).toThrow('seed expected an integer ≥ 0');
    expect(() => bootstrapInterval(2, () => 1, { groups: ['a'] })).toThrow('expected 2 groups');
  });

  it('refuses names and methods that it does not have', () => {
    const pair = { a: ['x'], b: ['x'] };
    const calls: Record<string, (options: BootstrapOptions) => unknown> = {
      bootstrapInterval: (options) => bootstrapInterval(1, () => 1, options),
      pairedBootstrap: (options) =>
        pairedBootstrap(
          1,
          () => 1,
          () => 1,
          options,
        ),
      macroF1Difference: (options) => macroF1Difference(['x'], pair, options),
    };
    for (const [name, call] of Object.entries(calls)) {
      expect(() => call({ method: 'BCa' } as never)).toThrow(
        `${name}: method expected one of bca, percentile, shifted, got "BCa"; did you mean "bca"?`,
      );
      expect(() => call({ n_resamples: 10 } as never)).toThrow(
        `${name}: expected known options, got n_resamples; the options are samples, confidence, seed, method, groups`,
      );
      expect(() => call({ samples: '10' } as never)).toThrow(
        `${name}: samples expected a number, got "10"; write it without quotes: 10`,
      );
    }
  });

  it('knows values that are equal, although their mean is rounded', () => {
    const constant = { estimate: 0.1, low: 0.1, high: 0.1, standardError: 0, method: 'percentile' };
    expect(bootstrapInterval(3, () => 0.1, { samples: 10, method: 'percentile' })).toMatchObject(constant);
    // Without acceleration, BCa's quantiles of values of which half are below the estimate are those of the percentile interval.
    const values = Array.from({ length: 101 }, (_, i) => i / 100);
    const interval = bcaInterval(values, { estimate: 0.5, jackknife: [0.1, 0.1, 0.1], confidence: 0.9 });
    expect(interval!.low).toBeCloseTo(0.05, 12);
    expect(interval!.high).toBeCloseTo(0.95, 12);
  });
});

describe('pairedBootstrap', () => {
  it('tells a real difference from none', () => {
    const base = normals(60, 11);
    const better = base.map((value, i) => value + 0.3 + normals(60, 12)[i] / 5);
    const same = base.map((value, i) => value + (i % 2 === 0 ? 0.2 : -0.2));
    const real = pairedBootstrap(60, meanOf(better), meanOf(base));
    expect(real.low).toBeGreaterThan(0);
    expect(real.pValue).toBeCloseTo(1 / 2001, 12); // none of 2000 is as far off
    expect(pairedBootstrap(60, meanOf(same), meanOf(base)).pValue).toBeGreaterThan(0.5);
  });

  it('turns its signs when the two change places', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 3, maxLength: 12 }), (pairs) => {
        const a = meanOf(pairs.map(([x]) => x / 2 ** 31));
        const b = meanOf(pairs.map(([, x]) => x / 2 ** 31));
        const options = { samples: 50, method: 'percentile' } as const;
        const forth = pairedBootstrap(pairs.length, a, b, options);
        const back = pairedBootstrap(pairs.length, b, a, options);
        expect(back.difference).toBeCloseTo(-forth.difference, 12);
        expect(back.low).toBeCloseTo(-forth.high, 12);
        expect(forth.pValue).toBeGreaterThan(0);
        expect(forth.pValue).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  it('has p = 1 where both are the same', () => {
    expect(pairedBootstrap(4, meanOf([1, 2, 3, 4]), meanOf([1, 2, 3, 4]))).toMatchObject({ difference: 0, pValue: 1 });
  });
});

describe('the random integers', () => {
  it('fall evenly', () => {
    const below = seededIntegers(42);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[below(6)]++;
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(20.5); // 99.9 % of χ² with 5 degrees
  });
});

describe('macroF1Difference', () => {
  const yTrue = ['x', 'y', 'x', 'y'];

  it('is the difference of the macro-F1', () => {
    const found = macroF1Difference(yTrue, { a: ['x', 'x', 'y', 'y'], b: ['y', 'y', 'y', 'y'] }, { seed: 1 });
    expect(found.difference).toBeCloseTo(0.5 - 1 / 3, 12);
    expect(found.low).toBeLessThanOrEqual(found.difference);
    expect(found.high).toBeGreaterThanOrEqual(found.difference);
  });

  it('refuses predictions of another length, and what is no pair of predictions', () => {
    const right = ['x', 'x', 'y', 'y'];
    const of = (pair: object) => () => macroF1Difference(yTrue, pair as never);
    expect(of({ a: right, b: [...right, 'x'] })).toThrow(
      new RangeError(
        'macroF1Difference: expected yTrue and b of equal length, got 4 and 5; pass one prediction per example',
      ),
    );
    expect(of({ a: right.slice(1), b: right })).toThrow(
      'macroF1Difference: expected yTrue and a of equal length, got 4 and 3',
    );
    expect(of({ a: right })).toThrow('macroF1Difference: predictions.b expected an array, got undefined');
    expect(of({ a: right, b: right, c: right })).toThrow(
      'macroF1Difference: expected known predictions, got predictions.c',
    );
    expect(of([right, right])).toThrow('macroF1Difference: predictions expected an object, got an array');
    expect(() => macroF1Difference([], { a: [], b: [] })).toThrow('macroF1Difference: expected at least one example');
  });

  it('is nothing, surely, between the same', () => {
    const { difference, low, high } = macroF1Difference(yTrue, { a: ['x', 'x', 'y', 'y'], b: ['x', 'x', 'y', 'y'] });
    expect([difference, low, high]).toEqual([0, 0, 0]);
  });
});
