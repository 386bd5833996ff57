import { checkBinary, checkClassIds, checkPaired, checkProbabilities, checkRows, checkWeights } from '../_checks';
import { mean, type Rows } from '../_columns';
import type { WeightOptions } from '../curves/_counts-at-thresholds';

/**
 * Mean of −ln of the probability given to what is true, in nats; the cross-entropy.
 *
 * Two classes: `yTrue` is 0 or 1, `probabilities` P(1) of each example. More: class ids and rows of probabilities, one column
 * a class. Probabilities are kept from 0 and 1 by the spacing of floats at 1 (2⁻⁵²; 2⁻²³ in a Float32Array), so a certain
 * mistake costs 36.04 and not infinity. Rows need not sum to 1. Throws RangeError for unequal lengths, no examples, other truths
 * and numbers outside [0, 1]. Equals scikit-learn's `log_loss`.
 * @example logLoss([1, 0], [0.5, 0.5]) // 0.6931471805599453
 */
export function logLoss(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number> | Rows,
  { weights }: WeightOptions = {},
): number {
  checkPaired('logLoss', yTrue, probabilities);
  checkWeights('logLoss', weights, yTrue.length);
  return mean(isRows(probabilities) ? multiClass(yTrue, probabilities) : binary(yTrue, probabilities), weights);
}

function binary(yTrue: ArrayLike<number>, probabilities: ArrayLike<number>): number[] {
  checkBinary('logLoss', 'yTrue', yTrue);
  checkProbabilities('logLoss', 'probabilities', probabilities);
  const epsilon = epsilonOf(probabilities);
  return Array.from(probabilities, (p, i) => -Math.log(clip(yTrue[i] === 1 ? p : 1 - p, epsilon)));
}

function multiClass(yTrue: ArrayLike<number>, rows: Rows): number[] {
  checkClassIds('logLoss', yTrue, checkProbabilityRows('logLoss', rows));
  return Array.from(rows, (row, i) => -Math.log(clip(row[yTrue[i]], epsilonOf(row))));
}

/** Whether probabilities come one row an example. */
export function isRows(probabilities: ArrayLike<number> | Rows): probabilities is Rows {
  return typeof probabilities[0] !== 'number';
}

/** The number of columns; throws RangeError unless all is in [0, 1]. */
export function checkProbabilityRows(where: string, rows: Rows): number {
  const width = checkRows(where, 'probabilities', rows);
  for (let i = 0; i < rows.length; i++) checkProbabilities(where, `probabilities[${i}]`, rows[i]);
  return width;
}

const clip = (p: number, epsilon: number): number => Math.min(Math.max(p, epsilon), 1 - epsilon);

const epsilonOf = (values: ArrayLike<number>): number => (values instanceof Float32Array ? 2 ** -23 : Number.EPSILON);
