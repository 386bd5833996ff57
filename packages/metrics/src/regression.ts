import { checkFinite, checkPaired } from './_checks';

/** How far predicted numbers are from the true ones; errors in the target's unit (`mse` in its square). */
export interface RegressionReport {
  mse: number;
  rmse: number;
  mae: number;
  r2: number;
}

/**
 * Mean of (truth − prediction)².
 *
 * Throws RangeError when the lengths differ or are zero, or a value is not finite. Equals scikit-learn's `mean_squared_error`.
 */
export function meanSquaredError(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkNumbers('meanSquaredError', yTrue, yPred);
  return sumOfErrors(yTrue, yPred, square) / yTrue.length;
}

/** Square root of `meanSquaredError`, in the target's own unit. Equals scikit-learn's `root_mean_squared_error`. */
export function rootMeanSquaredError(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkNumbers('rootMeanSquaredError', yTrue, yPred);
  return Math.sqrt(meanSquaredError(yTrue, yPred));
}

/** Mean of |truth − prediction|; errors as `meanSquaredError`. Equals scikit-learn's `mean_absolute_error`. */
export function meanAbsoluteError(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkNumbers('meanAbsoluteError', yTrue, yPred);
  return sumOfErrors(yTrue, yPred, Math.abs) / yTrue.length;
}

/**
 * The share of the truth's variance that the predictions explain: 1 − Σ(truth − prediction)² / Σ(truth − mean truth)².
 *
 * 1 is perfect, 0 as good as always predicting the mean, and there is no lower bound. A constant truth gives 1 when every
 * prediction is exact and else 0; a single example gives NaN. Throws as `meanSquaredError`. Equals scikit-learn's `r2_score`.
 */
export function r2Score(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkNumbers('r2Score', yTrue, yPred);
  if (yTrue.length < 2) return Number.NaN;
  const mean = Array.from(yTrue).reduce((sum, value) => sum + value, 0) / yTrue.length;
  const means = new Float64Array(yTrue.length).fill(mean);
  const residual = sumOfErrors(yTrue, yPred, square);
  const total = sumOfErrors(yTrue, means, square);
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}

/**
 * All four regression metrics at once.
 *
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
