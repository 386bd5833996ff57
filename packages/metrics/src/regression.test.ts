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
