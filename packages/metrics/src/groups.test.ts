import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupDisparities, groupRates } from './index';

//              a           b        c
const truth = [1, 1, 0, 0, 1, 0, 0, 0, 0];
const chosen = [1, 0, 1, 0, 1, 0, 0, 1, 0];
const group = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'c'];

describe('group measures', () => {
  it('equal the shares counted by hand', () => {
    const { perGroup, overall, groups } = groupRates(truth, chosen, group);
    expect(groups).toEqual(['a', 'b', 'c']);
    expect(perGroup.a).toEqual({
      count: 4,
      selectionRate: 1 / 2,
      truePositiveRate: 1 / 2,
      falsePositiveRate: 1 / 2,
      precision: 1 / 2,
      accuracy: 1 / 2,
    });
    expect(perGroup.b).toMatchObject({ selectionRate: 1 / 3, truePositiveRate: 1, falsePositiveRate: 0, accuracy: 1 });
    expect(overall).toMatchObject({
      count: 9,
      selectionRate: 4 / 9,
      truePositiveRate: 2 / 3,
      falsePositiveRate: 2 / 6,
    });
  });

  it('compare the largest with the smallest', () => {
    const report = groupDisparities(truth, chosen, group);
    expect(report.demographicParity.difference).toBeCloseTo(1 / 2 - 1 / 3, 12);
    expect(report.demographicParity.ratio).toBeCloseTo(2 / 3, 12);
    expect(report.equalOpportunity).toEqual({ difference: 1, ratio: 0 }); // c has no positive: 0, as in fairlearn
    expect(report.equalizedOdds).toEqual({ difference: 1, ratio: 0 });
    expect(report.predictiveParity).toEqual({ difference: 1, ratio: 0 });
    expect(report.accuracy.difference).toBe(1 / 2);
  });

  it('leave out groups without positives on request', () => {
    const report = groupDisparities(truth, chosen, group, { zeroDivision: Number.NaN });
    expect(report.perGroup.c.truePositiveRate).toBeNaN();
    expect(report.equalOpportunity).toEqual({ difference: 1 / 2, ratio: 1 / 2 });
    expect(groupDisparities([0], [0], ['a'], { zeroDivision: Number.NaN }).equalOpportunity.difference).toBeNaN();
  });

  it('do not depend on names or order, and stay in [0, 1]', () => {
    const row = fc.tuple(
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: 0, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const of = (all: typeof rows, name: (id: number) => number) =>
          groupDisparities(
            all.map(([y]) => y),
            all.map(([, p]) => p),
            all.map(([, , id]) => name(id)),
          );
        const report = of(rows, (id) => id);
        const turned = of([...rows].reverse(), (id) => 9 - id);
        for (const key of ['demographicParity', 'equalOpportunity', 'equalizedOdds'] as const) {
          expect(turned[key]).toEqual(report[key]);
          expect(report[key].difference).toBeGreaterThanOrEqual(0);
          expect(report[key].difference).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('refuse what does not fit', () => {
    expect(() => groupRates([1], [1], [])).toThrow('expected 1 groups, one per example, got 0');
    expect(() => groupRates([2], [1], ['a'])).toThrow('expected 0 or 1, got 2 in yTrue[0]');
    expect(() => groupRates([], [], [])).toThrow('expected at least one example');
    expect(() => groupRates([1], [1], ['a'], { zeroDivision: 2 })).toThrow('zeroDivision expected 0, 1 or NaN, got 2');
    for (const [name, metric] of Object.entries({ groupRates, groupDisparities })) {
      expect(() => metric([1], [1], ['a'], { zero_division: 1 } as never)).toThrow(
        `${name}: expected known options, got zero_division; did you mean zeroDivision?`,
      );
      expect(() => metric([1], [1], [])).toThrow(`${name}: expected 1 groups`);
    }
  });
});
