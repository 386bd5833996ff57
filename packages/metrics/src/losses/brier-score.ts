import { checkBinary, checkClassIds, checkPaired, checkProbabilities, checkWeights } from '../_checks';
import { mean, type Rows } from '../_columns';
import type { WeightOptions } from '../curves/_counts-at-thresholds';
import { checkProbabilityRows, isRows } from './log-loss';

export interface BrierOptions extends WeightOptions {
  /** Halve the sum over classes, so that the score is in [0, 1]; unless given, only for fewer than three classes. */
  readonly scaleByHalf?: boolean;
}

/**
 * The mean squared distance of probabilities from the truth; 0 is perfect.
 *
 * Two classes: `yTrue` is 0 or 1, `probabilities` P(1): the mean of (y − p)². More: class ids and rows: the mean of
 * Σ over classes of (1 where true − p)², in [0, 2]. Errors as `logLoss`. Equals scikit-learn's `brier_score_loss`.
 * @example brierScore([1, 0], [0.8, 0.4]) // 0.1
 */
export function brierScore(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number> | Rows,
  { weights, scaleByHalf }: BrierOptions = {},
): number {
  checkPaired('brierScore', yTrue, probabilities);
  checkWeights('brierScore', weights, yTrue.length);
  const { distances, classes } = isRows(probabilities)
    ? multiClass(yTrue, probabilities)
    : binary(yTrue, probabilities);
  return mean(distances, weights) * ((scaleByHalf ?? classes < 3) ? 0.5 : 1);
}

function binary(yTrue: ArrayLike<number>, probabilities: ArrayLike<number>) {
  checkBinary('brierScore', 'yTrue', yTrue);
  checkProbabilities('brierScore', 'probabilities', probabilities);
  return { distances: Array.from(probabilities, (p, i) => 2 * (yTrue[i] - p) ** 2), classes: 2 };
}

function multiClass(yTrue: ArrayLike<number>, rows: Rows) {
  const classes = checkProbabilityRows('brierScore', rows);
  checkClassIds('brierScore', yTrue, classes);
  const distance = (row: ArrayLike<number>, truth: number) =>
    Array.from(row).reduce((sum, p, column) => sum + (Number(column === truth) - p) ** 2, 0);
  return { distances: Array.from(rows, (row, i) => distance(row, yTrue[i])), classes };
}
