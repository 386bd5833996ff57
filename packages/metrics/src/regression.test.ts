import { describe, expect, it } from 'vitest';
import { expectClose } from '../test/compare';
import { describeWithGoldens, goldenCases } from '../test/goldens';
import { meanAbsoluteError, meanSquaredError, r2Score, regressionReport, rootMeanSquaredError } from './regression';

interface Golden {
  name: string;
  y_true: number[];
  y_pred: number[];
  mse: number;
  rmse: number;
  mae: number;
  r2: number;
}

describeWithGoldens('regressionReport against scikit-learn', () => {
  it.each(goldenCases<Golden>('regression.json'))('$name', ({ y_true, y_pred, mse, rmse, mae, r2 }) => {
    expectClose(regressionReport(y_true, y_pred), { mse, rmse, mae, r2 });
    expect(rootMeanSquaredError(y_true, y_pred)).toBeCloseTo(rmse, 12);
  });
});

describe('regression metrics', () => {
  it('take typed arrays', () => {
    const truth = new Float32Array([1, 2, 3]);
    const prediction = new Float32Array([1, 2, 4]);
    expect(meanSquaredError(truth, prediction)).toBe(1 / 3);
    expect(meanAbsoluteError(truth, prediction)).toBe(1 / 3);
    expect(r2Score(truth, prediction)).toBe(0.5);
  });

  it('give r² of a constant truth as 0, or 1 where every prediction is exact, whatever the rounding of its mean', () => {
    for (const value of [0.1, 0.7, 1.1, 1e-300, 3]) {
      for (const n of [2, 3, 7, 10, 49]) {
        const truth = new Array<number>(n).fill(value);
        expect(r2Score(truth, truth)).toBe(1);
        expect(r2Score(truth, [...truth.slice(1), value + 1])).toBe(0);
        expect(regressionReport(truth, [...truth.slice(1), value + 1]).r2).toBe(0);
      }
    }
    expect(r2Score([0.1, 0.1, 0.1 + 1e-9], [0.1, 0.1, 0.1 + 1e-9])).toBe(1);
    expect(r2Score([0.1, 0.1, 0.4], [0.2, 0.2, 0.2])).toBeCloseTo(0, 12);
  });

  it('leave r² of one example undefined', () => {
    expect(r2Score([1], [1])).toBeNaN();
  });

  it('refuse unequal lengths, nothing, and numbers that are not finite', () => {
    expect(() => meanSquaredError([1], [1, 2])).toThrow(
      'meanSquaredError: expected yTrue and yPred of equal length, got 1 and 2',
    );
    expect(() => regressionReport([], [])).toThrow(RangeError);
    expect(() => r2Score([1, 2], [1, Number.NaN])).toThrow('r2Score: expected finite numbers, got NaN in yPred[1]');
  });
});
