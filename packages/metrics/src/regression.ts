import { areEqual } from './arrays';
import { checkFinite, checkPaired } from './checks';

/** Errors of predicted numbers, in the unit of the target (`mse` in its square). */
export interface RegressionReport {
  /** Mean squared error, in the square of the target's unit. */
  readonly mse: number;
  /** Root of `mse`, in the target's unit. */
  readonly rmse: number;
  /** Mean absolute error, in the target's unit. */
  readonly mae: number;
  /** Share of variance explained: 1 is perfect, 0 equals predicting the mean; NaN for a single example. */
  readonly r2: number;
}

/**
 * Mean of (truth − prediction)².
 *
 * Equals scikit-learn's `mean_squared_error`.
 * @throws RangeError when the lengths differ or are zero, or a value is not finite.
 * @example meanSquaredError([1, 2], [1, 4]) // 2
 */
export function meanSquaredError(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkNumbers('meanSquaredError', yTrue, yPred);
  return sumOfErrors(yTrue, yPred, square) / yTrue.length;
}

/**
 * Square root of `meanSquaredError`, in the unit of the target.
 *
 * Equals scikit-learn's `root_mean_squared_error`.
 * @throws RangeError as `meanSquaredError`.
 * @example rootMeanSquaredError([1, 2], [1, 4]) // 1.4142135623730951
 */
export function rootMeanSquaredError(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkNumbers('rootMeanSquaredError', yTrue, yPred);
  return Math.sqrt(meanSquaredError(yTrue, yPred));
}

/**
 * Mean of |truth − prediction|.
 *
 * Equals scikit-learn's `mean_absolute_error`.
 * @throws RangeError as `meanSquaredError`.
 * @example meanAbsoluteError([1, 2], [1, 4]) // 1
 */
export function meanAbsoluteError(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkNumbers('meanAbsoluteError', yTrue, yPred);
  return sumOfErrors(yTrue, yPred, Math.abs) / yTrue.length;
}

/**
 * Coefficient of determination, the share of variance explained: 1 − Σ(truth − prediction)² / Σ(truth − mean truth)².
 *
 * 1 is perfect, 0 equals predicting the mean, and there is no lower bound. For a constant truth it is 1 if every
 * prediction is exact, otherwise 0; for a single example it is NaN. Equals scikit-learn's `r2_score`.
 * @throws RangeError as `meanSquaredError`.
 * @example r2Score([1, 2, 3], [1, 2, 4]) // 0.5
 */
export function r2Score(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkNumbers('r2Score', yTrue, yPred);
  if (yTrue.length < 2) return Number.NaN;
  const mean = Array.from(yTrue).reduce((sum, value) => sum + value, 0) / yTrue.length;
  const means = new Float64Array(yTrue.length).fill(mean);
  const residual = sumOfErrors(yTrue, yPred, square);
  const total = sumOfErrors(yTrue, means, square);
  if (total === 0 || areEqual(yTrue)) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}

/**
 * MSE, RMSE, MAE and R² in one call.
 *
 * @throws RangeError as `meanSquaredError`.
 * @example regressionReport([1, 2, 3], [1, 2, 4]) // { mse: 1/3, rmse: 0.577, mae: 1/3, r2: 0.5 }
 */
export function regressionReport(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): RegressionReport {
  checkNumbers('regressionReport', yTrue, yPred);
  const mse = meanSquaredError(yTrue, yPred);
  return { mse, rmse: Math.sqrt(mse), mae: meanAbsoluteError(yTrue, yPred), r2: r2Score(yTrue, yPred) };
}

function checkNumbers(where: string, yTrue: ArrayLike<number>, yPred: ArrayLike<number>): void {
  checkPaired(where, yTrue, yPred);
  checkFinite(where, 'yTrue', yTrue);
  checkFinite(where, 'yPred', yPred);
}

function sumOfErrors(yTrue: ArrayLike<number>, yPred: ArrayLike<number>, measure: (error: number) => number): number {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) sum += measure(yTrue[i] - yPred[i]);
  return sum;
}

function square(error: number): number {
  return error * error;
}
