import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationCurve, calibrationError, fitTemperature, logLoss, softmax, topConfidences } from './index';

const predictions = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 20 })), {
  minLength: 1,
  maxLength: 40,
});

/** The definition, bin by bin. */
function naiveError(y: number[], p: number[], bins: number): number {
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) {
    const inside = p.map((_, i) => i).filter((i) => (p[i] > bin / bins || bin === 0) && p[i] <= (bin + 1) / bins);
    const total = (values: number[]) => inside.reduce((all, i) => all + values[i], 0);
    if (inside.length > 0) sum += Math.abs(total(y) - total(p)) / y.length;
  }
  return sum;
}

describe('calibrationError', () => {
  it('equals the sum over bins, in any order of examples', () => {
    fc.assert(
      fc.property(predictions, (pairs) => {
        const y = pairs.map(([truth]) => truth);
        const p = pairs.map(([, twentieths]) => twentieths / 20);
        // Eight bins: their edges, like the probabilities, are exact.
        const { expected, maximum } = calibrationError(y, p, { bins: 8 });
        expect(expected).toBeCloseTo(naiveError(y, p, 8), 12);
        expect(maximum).toBeGreaterThanOrEqual(expected - 1e-12);
        expect(calibrationError([...y].reverse(), [...p].reverse(), { bins: 8 }).expected).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('fills bins of equal count alike', () => {
    const p = [0.01, 0.02, 0.03, 0.04, 0.5, 0.9];
    const { bins, expected } = calibrationError([0, 0, 0, 1, 1, 1], p, { bins: 3, strategy: 'equal-count' });
    expect(bins.map(({ count }) => count)).toEqual([2, 2, 2]);
    expect(expected).toBeCloseTo((0.03 + 0.93 + 0.6) / 6, 12);
  });

  it('is 0 for what is certain and right', () => {
    expect(calibrationError([0, 1], [0, 1])).toMatchObject({ expected: 0, maximum: 0 });
    expect(
      topConfidences(
        [0, 1],
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      ),
    ).toEqual({ correct: [1, 0], confidences: [0.5, 0.5] });
  });

  it('refuses what is no probability, and no bins', () => {
    expect(() => calibrationError([1], [1.5])).toThrow(
      'expected probabilities from 0 to 1, got 1.5 in probabilities[0]',
    );
    expect(() => calibrationCurve([1], [Number.NaN])).toThrow(RangeError);
    expect(() => calibrationCurve([1], [0.5], { bins: 0 })).toThrow('bins expected an integer ≥ 1, got 0');
    expect(() => calibrationCurve([], [])).toThrow('expected at least one example');
  });
});

const logits = fc.array(
  fc.record({
    row: fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 3, maxLength: 3 }),
    target: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 3, maxLength: 20 },
);

describe('fitTemperature', () => {
  it('finds no worse loss on a fine grid of temperatures', () => {
    fc.assert(
      fc.property(logits, (examples) => {
        const rows = examples.map(({ row }) => row);
        const targets = examples.map(({ target }) => target);
        const { loss, lossBefore } = fitTemperature(rows, targets);
        const lossAt = (temperature: number) =>
          rows.reduce((sum, row, i) => {
            const terms = row.map((logit) => Math.exp((logit - row[targets[i]]) / temperature));
            return sum + Math.log(terms.reduce((all, term) => all + term, 0)) / rows.length;
          }, 0);
        const grid = Array.from({ length: 400 }, (_, i) => 0.02 * 5000 ** (i / 400));
        expect(loss).toBeLessThanOrEqual(Math.min(...grid.map(lossAt)) + 1e-10);
        expect(lossBefore).toBeCloseTo(lossAt(1), 10);
      }),
      { numRuns: 20 },
    );
  });

  it('finds the temperature that made the labels', () => {
    // Of four examples with logits [0, z] three are 1: the best probability is 3/4, so z / T = ln 3.
    const rows = Array.from({ length: 4 }, () => [0, 2]);
    const { temperature, loss } = fitTemperature(rows, [1, 1, 1, 0]);
    expect(temperature).toBeCloseTo(2 / Math.log(3), 12);
    expect(loss).toBeCloseTo(logLoss([1, 1, 1, 0], softmax(rows, { temperature })), 12);
  });

  it('stays in its bounds where there is no least loss, and at 1 where all are the same', () => {
    expect(fitTemperature([[0, 5]], [1]).temperature).toBeCloseTo(0.01, 12);
    expect(fitTemperature([[0, 5]], [0]).temperature).toBeCloseTo(100, 8);
    expect(fitTemperature([[2, 2]], [1]).temperature).toBe(1);
    expect(() => fitTemperature([[0, Number.NaN]], [1])).toThrow('expected finite numbers, got NaN in logits[0][1]');
  });
});

describe('options', () => {
  const untyped = (options: object) => options as never;

  it('with a word that means another in scikit-learn are refused', () => {
    for (const [name, metric] of Object.entries({ calibrationCurve, calibrationError })) {
      const of = (strategy: string) => () => metric([0, 1, 1], [0.1, 0.15, 0.9], untyped({ strategy }));
      const expected = `${name}: strategy expected one of equal-width, equal-count`;
      expect(of('uniform')).toThrow(`${expected}, got "uniform"; did you mean "equal-width"?`);
      expect(of('quantile')).toThrow(`${expected}, got "quantile"; did you mean "equal-count"?`);
      expect(of('equal_width')).toThrow(`${expected}, got "equal_width"; did you mean "equal-width"?`);
      expect(of('constructor')).toThrow(`${expected}, got "constructor"`);
      expect(() => metric([1], [0.5], untyped({ n_bins: 3 }))).toThrow(
        `${name}: expected known options, got n_bins; did you mean bins?`,
      );
    }
    expect(() => softmax([[0, 1]], untyped({ temprature: 2 }))).toThrow(
      'softmax: expected known options, got temprature; did you mean temperature?',
    );
  });

  it('of equal width and of equal count give other bins', () => {
    const [y, p] = [
      [0, 0, 1, 1],
      [0.1, 0.2, 0.3, 0.9],
    ];
    expect(calibrationCurve(y, p, { bins: 2, strategy: 'equal-width' }).counts).toEqual([3, 1]);
    expect(calibrationCurve(y, p, { bins: 2, strategy: 'equal-count' }).counts).toEqual([2, 2]);
  });
});
