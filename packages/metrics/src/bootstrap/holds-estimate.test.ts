import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classificationReport } from '..';
import { bootstrapInterval, macroF1Difference, pairedBootstrap, type Statistic } from './bootstrap';
import { holding, percentileInterval, shiftedInterval } from './intervals';

// An interval holds its own estimate, whatever the statistic and the examples.

/** Many shapes: even, skewed, ties, a few far off, constant, huge, and around 0. */
const shapes = fc.oneof(
  fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 }),
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
  fc.array(fc.double({ min: -20, max: 20, noNaN: true }).map(Math.exp), { minLength: 1, maxLength: 40 }),
  fc.array(fc.constantFrom(0, 0, 0, 0, 1, 1e9), { minLength: 1, maxLength: 40 }),
  fc
    .tuple(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.nat(30))
    .map(([x, n]) => new Array<number>(n + 1).fill(x)),
);

/** Statistics of which some are biased in resamples: extremes, numbers of different values, ratios. */
const statistics: Readonly<Record<string, (own: readonly number[]) => number>> = {
  mean: (own) => own.reduce((sum, x) => sum + x, 0) / own.length,
  greatest: (own) => Math.max(...own),
  least: (own) => Math.min(...own),
  distinct: (own) => new Set(own).size,
  repeated: (own) => -new Set(own).size / own.length,
  variance: (own) => {
    const mean = own.reduce((sum, x) => sum + x, 0) / own.length;
    return own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / own.length;
  },
};
const methods = ['bca', 'percentile', 'shifted'] as const;

const of =
  (values: readonly number[], name: string): Statistic =>
  (drawn) =>
    statistics[name](Array.from(drawn, (i) => values[i]));

const options = fc.record({
  name: fc.constantFrom(...Object.keys(statistics)),
  method: fc.constantFrom(...methods),
  seed: fc.nat(1000),
  confidence: fc.constantFrom(0.5, 0.9, 0.95, 0.999),
  samples: fc.constantFrom(1, 2, 20, 60),
});

describe('an interval', () => {
  it('holds the estimate of any statistic', () => {
    fc.assert(
      fc.property(shapes, options, (values, { name, ...rest }) => {
        const { low, high, estimate } = bootstrapInterval(values.length, of(values, name), rest);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
      }),
      { numRuns: 600 },
    );
  });

  it('holds the estimate of groups, and of a difference', () => {
    fc.assert(
      fc.property(shapes, shapes, options, (a, b, { name, ...rest }) => {
        const n = Math.min(a.length, b.length);
        const groups = Array.from({ length: n }, (_, i) => i % 7);
        const { low, high, difference } = pairedBootstrap(n, of(a, name), of(b, name), { ...rest, groups });
        expect(low).toBeLessThanOrEqual(difference);
        expect(high).toBeGreaterThanOrEqual(difference);
      }),
      { numRuns: 300 },
    );
  });

  it('holds a macro-F1 over as many classes as there may be, and its difference', () => {
    const labels = (classes: number) => fc.array(fc.nat(classes), { minLength: 60, maxLength: 60 });
    const cases = fc.constantFrom(1, 5, 40, 1000).chain((classes) => fc.tuple(...[0, 1, 2].map(() => labels(classes))));
    fc.assert(
      fc.property(cases, fc.constantFrom(...methods), ([y, a, b], method) => {
        const found = macroF1Difference(y, { a, b }, { method, samples: 40 });
        expect(found.low).toBeLessThanOrEqual(found.difference);
        expect(found.high).toBeGreaterThanOrEqual(found.difference);
        const f1: Statistic = (drawn) =>
          classificationReport(
            Array.from(drawn, (i) => y[i]),
            Array.from(drawn, (i) => a[i]),
          ).macro.f1;
        const own = bootstrapInterval(60, f1, { method, samples: 40 });
        expect(own.low).toBeLessThanOrEqual(own.estimate);
        expect(own.high).toBeGreaterThanOrEqual(own.estimate);
      }),
      { numRuns: 60 },
    );
  });

  it('of a thousand classes is shifted, as wide as it was', () => {
    const [n, classes] = [1500, 1000];
    const y = Array.from({ length: n }, (_, i) => i % classes);
    const right = y.map((label, i) => (i % 10 < 7 ? label : (label + 1) % classes));
    const wrong = y.map(() => 0);
    const plain = { samples: 60, seed: 3, method: 'percentile' } as const;
    const { low, high, difference, method } = macroF1Difference(y, { a: wrong, b: right }, plain);
    expect(method).toBe('shifted');
    expect([low <= difference, difference <= high]).toEqual([true, true]);
    expect(high - low).toBeLessThan(0.1);
  });
});

describe('shiftedInterval', () => {
  it('has the quantiles about the mean, about the estimate', () => {
    const values = [1, 2, 3, 4, 10]; // mean 4
    const { low, high } = percentileInterval(values, 0.8);
    const shifted = shiftedInterval(values, { estimate: 100, confidence: 0.8 });
    expect(shifted.low).toBeCloseTo(low + 96, 12);
    expect(shifted.high).toBeCloseTo(high + 96, 12);
  });

  it('reaches to the estimate where one value has drawn the mean beyond the quantiles', () => {
    const values = [...new Array<number>(99).fill(0), 1000];
    expect(percentileInterval(values, 0.9)).toEqual({ low: 0, high: 0 });
    expect(shiftedInterval(values, { estimate: 5, confidence: 0.9 })).toEqual({ low: -5, high: 5 });
  });
});

describe('holding', () => {
  it('takes rounding for none, and NaN for nothing', () => {
    expect(holding({ low: 0.1 + 0.2, high: 1 }, 0.3)).toEqual({ low: 0.3, high: 1 });
    expect(holding({ low: 0.31, high: 1 }, 0.3)).toBeUndefined();
    expect(holding({ low: Number.NaN, high: 1 }, 0.3)).toBeUndefined();
  });
});
