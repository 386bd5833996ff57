import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOffsets, bestThreshold, bestThresholds, classificationReport, type ThresholdMetric } from './index';

const pairs = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 25 })
  .map((all) => ({ y: all.map(([y]) => y), s: all.map(([, s]) => s / 10) }));

function scoreAt(y: number[], s: number[], threshold: number) {
  const count = (truth: number, isPositive: boolean) =>
    y.filter((label, i) => label === truth && s[i] >= threshold === isPositive).length;
  const [tp, fp, fn, tn] = [count(1, true), count(0, true), count(1, false), count(0, false)];
  return {
    f1: tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn),
    accuracy: (tp + tn) / y.length,
    youden: (tp + fn === 0 ? 0 : tp / (tp + fn)) - (fp + tn === 0 ? 0 : fp / (fp + tn)),
  };
}

describe('bestThreshold', () => {
  it.each(['f1', 'accuracy', 'youden'] as const)('is the highest of the best for %s', (metric) => {
    fc.assert(
      fc.property(pairs, ({ y, s }) => {
        const { threshold, score } = bestThreshold(y, s, { metric });
        expect(score).toBeCloseTo(scoreAt(y, s, threshold)[metric], 12);
        for (const other of [...s, Number.POSITIVE_INFINITY]) {
          const value = scoreAt(y, s, other)[metric];
          expect(value).toBeLessThanOrEqual(score + 1e-12);
          if (other > threshold) expect(value).toBeLessThan(score);
        }
      }),
    );
  });

  it('takes a metric of the user, and refuses one without a value', () => {
    const metric: ThresholdMetric = ({ truePositives, falsePositives }) => truePositives - 2 * falsePositives;
    expect(bestThreshold([1, 0, 1], [0.9, 0.8, 0.7], { metric })).toEqual({ threshold: 0.9, score: 1 });
    expect(() => bestThreshold([1], [0.5], { metric: () => Number.NaN })).toThrow('expected a metric that is not NaN');
    expect(() => bestThreshold([1], [Number.NaN])).toThrow(RangeError);
    expect(() => bestThresholds([[1]], [[0.5]], { metric: () => Number.NaN })).toThrow(
      'bestThresholds: expected a metric',
    );
  });

  it('refuses options and metrics that it does not have', () => {
    const untyped = (options: object) => options as never;
    expect(() => bestThreshold([1, 0], [0.9, 0.1], untyped({ metric: 'mcc' }))).toThrow(
      'bestThreshold: metric expected a function, or "f1", "accuracy", "youden", got "mcc"',
    );
    expect(() => bestThresholds([[1]], [[0.5]], untyped({ metric: 'F1' }))).toThrow(
      'bestThresholds: metric expected a function, or "f1", "accuracy", "youden", got "F1"; did you mean "f1"?',
    );
    expect(() => bestThreshold([1, 0], [0.9, 0.1], untyped({ metrics: 'accuracy' }))).toThrow(
      'bestThreshold: expected known options, got metrics; did you mean metric?',
    );
  });

  it('selects nothing where nothing is true', () => {
    const thresholds = bestThresholds(
      [
        [1, 0],
        [0, 0],
      ],
      [
        [0.9, 0.3],
        [0.2, 0.1],
      ],
    );
    expect(thresholds).toEqual([
      { threshold: 0.9, score: 1 },
      { threshold: Number.POSITIVE_INFINITY, score: 0 },
    ]);
  });
});

const classified = fc
  .array(
    fc.tuple(fc.integer({ min: 0, max: 2 }), fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 3, maxLength: 3 })),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((all) => ({ y: all.map(([y]) => y), rows: all.map(([, row]) => row.map((score) => score / 4)) }));

function macroF1(y: number[], rows: number[][], offsets: number[]): number {
  const chosen = rows.map((row) => {
    const shifted = row.map((score, i) => score + offsets[i]);
    return shifted.indexOf(Math.max(...shifted));
  });
  return classificationReport(y, chosen, { labels: [0, 1, 2] }).macro.f1;
}

describe('bestOffsets', () => {
  it('refuses options that it does not have', () => {
    expect(() => bestOffsets([0], [[1, 0]], { round: 1 } as never)).toThrow(
      'bestOffsets: expected known options, got round; did you mean rounds?',
    );
  });

  it('cannot be bettered along any axis, and tells its score', () => {
    fc.assert(
      fc.property(classified, ({ y, rows }) => {
        const { offsets, score, scoreBefore } = bestOffsets(y, rows);
        expect(scoreBefore).toBeCloseTo(macroF1(y, rows, [0, 0, 0]), 12);
        expect(score).toBeCloseTo(macroF1(y, rows, offsets), 12);
        expect(score).toBeGreaterThanOrEqual(scoreBefore);
        for (let own = 0; own < 3; own++)
          for (let step = -40; step <= 40; step++) {
            const moved = offsets.with(own, offsets[own] + step * 0.251);
            expect(macroF1(y, rows, moved)).toBeLessThanOrEqual(score + 1e-12);
          }
      }),
      { numRuns: 20 },
    );
  });

  it('lifts a rare class that never wins, and leaves alone what is perfect', () => {
    const rows = [
      [2, 0],
      [2, 0.1],
      [2, 0.2],
      [2, 1],
    ];
    const { offsets, score, scoreBefore } = bestOffsets([0, 0, 0, 1], rows);
    expect(scoreBefore).toBeCloseTo(3 / 7, 12);
    expect(score).toBe(1);
    expect(offsets).toEqual([-1.4, 0]);
    expect(
      bestOffsets(
        [0, 1],
        [
          [1, 0],
          [0, 1],
        ],
      ).offsets,
    ).toEqual([0, 0]);
  });
});
