// Losses of predicted probabilities, and perplexity.
import { checkOptions, type TableOf } from '@attune/internal';
import { mean, type Rows } from './arrays';
import {
  checkBinary,
  checkClassIds,
  checkPaired,
  checkProbabilities,
  checkProbabilityRows,
  checkWeights,
} from './checks';
import { type WeightOptions, weightTable } from './curves/counts-at-thresholds';

/**
 * Cross-entropy: the mean of −ln p of the true class, in nats.
 *
 * Two classes: `yTrue` is 0 or 1, `probabilities` has P(1) of each example. Several classes: class ids and rows [examples, classes],
 * which need not sum to 1. Probabilities are clipped to [ε, 1 − ε] with ε = 2⁻⁵² (2⁻²³ for a Float32Array), so a certain mistake
 * costs 36.04 instead of infinity. Equals scikit-learn's `log_loss`.
 * @throws RangeError for unequal lengths, no examples, invalid truths and probabilities outside [0, 1], AttuneError ARGUMENT_INVALID for an unknown option.
 * @example logLoss([1, 0], [0.5, 0.5]) // 0.6931471805599453
 */
export function logLoss(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number> | Rows,
  options: WeightOptions = {},
): number {
  checkOptions('logLoss', options, weightTable);
  const { weights } = options;
  checkPaired('logLoss', yTrue, probabilities);
  checkWeights('logLoss', weights, yTrue.length);
  return mean(isRows(probabilities) ? lossesOfRows(yTrue, probabilities) : lossesOf(yTrue, probabilities), weights);
}

function lossesOf(yTrue: ArrayLike<number>, probabilities: ArrayLike<number>): number[] {
  checkBinary('logLoss', 'yTrue', yTrue);
  checkProbabilities('logLoss', 'probabilities', probabilities);
  const epsilon = epsilonOf(probabilities);
  return Array.from(probabilities, (p, i) => -Math.log(clip(yTrue[i] === 1 ? p : 1 - p, epsilon)));
}

function lossesOfRows(yTrue: ArrayLike<number>, rows: Rows): number[] {
  checkClassIds('logLoss', yTrue, checkProbabilityRows('logLoss', rows));
  return Array.from(rows, (row, i) => -Math.log(clip(row[yTrue[i]], epsilonOf(row))));
}

const clip = (p: number, epsilon: number): number => Math.min(Math.max(p, epsilon), 1 - epsilon);

const epsilonOf = (values: ArrayLike<number>): number => (values instanceof Float32Array ? 2 ** -23 : Number.EPSILON);

/** Options of `brierScore`. */
export interface BrierOptions extends WeightOptions {
  /** Whether to halve the sum over classes, so that the score is in [0, 1]; default true for two classes, false for more. */
  readonly scaleByHalf?: boolean;
}

const brierTable = { weights: 'list', scaleByHalf: 'boolean' } satisfies TableOf<BrierOptions>;

/**
 * Brier score: the mean squared difference between probabilities and the truth; 0 is perfect.
 *
 * Two classes: `yTrue` is 0 or 1, `probabilities` has P(1): the mean of (y − p)². Several classes: class ids and rows
 * `[examples, classes]`: the mean over examples of Σ (1 for the true class − p)² over classes, in [0, 2]. Equals scikit-learn's `brier_score_loss`.
 * @throws RangeError as `logLoss`.
 * @example brierScore([1, 0], [0.8, 0.4]) // 0.1
 */
export function brierScore(
  yTrue: ArrayLike<number>,
  probabilities: ArrayLike<number> | Rows,
  options: BrierOptions = {},
): number {
  checkOptions('brierScore', options, brierTable);
  const { weights, scaleByHalf } = options;
  checkPaired('brierScore', yTrue, probabilities);
  checkWeights('brierScore', weights, yTrue.length);
  const { distances, classes } = isRows(probabilities)
    ? distancesOfRows(yTrue, probabilities)
    : distancesOf(yTrue, probabilities);
  return mean(distances, weights) * ((scaleByHalf ?? classes < 3) ? 0.5 : 1);
}

function distancesOf(yTrue: ArrayLike<number>, probabilities: ArrayLike<number>) {
  checkBinary('brierScore', 'yTrue', yTrue);
  checkProbabilities('brierScore', 'probabilities', probabilities);
  return { distances: Array.from(probabilities, (p, i) => 2 * (yTrue[i] - p) ** 2), classes: 2 };
}

function distancesOfRows(yTrue: ArrayLike<number>, rows: Rows) {
  const classes = checkProbabilityRows('brierScore', rows);
  checkClassIds('brierScore', yTrue, classes);
  const distance = (row: ArrayLike<number>, truth: number) =>
    Array.from(row).reduce((sum, p, column) => sum + (Number(column === truth) - p) ** 2, 0);
  return { distances: Array.from(rows, (row, i) => distance(row, yTrue[i])), classes };
}

/** Whether probabilities are rows, one per example. */
function isRows(probabilities: ArrayLike<number> | Rows): probabilities is Rows {
  return typeof probabilities[0] !== 'number';
}

/**
 * Perplexity: exp of the mean loss per token, exp(Σ nᵢ lossᵢ / Σ nᵢ); 1 is perfect, the size of the vocabulary is a random guess.
 *
 * `losses` are mean losses in nats, of single tokens or of batches with `tokenCounts` tokens each: without counts, a batch of
 * three tokens would have the same weight as one of three hundred. Infinite losses give Infinity.
 * @throws RangeError for no losses, NaN, and counts that are negative, all 0 or of a different number.
 * @example perplexity([Math.log(2), Math.log(8)], [3, 1]) // 2.8284271247461903
 */
export function perplexity(losses: ArrayLike<number>, tokenCounts?: ArrayLike<number>): number {
  if (losses.length === 0) throw new RangeError('perplexity: expected at least one loss, got none');
  for (let i = 0; i < losses.length; i++) {
    if (!(losses[i] > Number.NEGATIVE_INFINITY))
      throw new RangeError(`perplexity: expected losses other than NaN, got ${losses[i]} in losses[${i}]`);
  }
  if (tokenCounts === undefined) return Math.exp(mean(losses));
  checkWeights('perplexity', tokenCounts, losses.length);
  // The loss of a batch without tokens is ignored.
  const counted = Array.from({ length: losses.length }, (_, i) => i).filter((i) => tokenCounts[i] > 0);
  return Math.exp(
    mean(
      counted.map((i) => losses[i]),
      counted.map((i) => tokenCounts[i]),
    ),
  );
}
