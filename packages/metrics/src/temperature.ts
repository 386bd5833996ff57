// Temperature scaling: calibrates a classifier after training without changing its decisions.

import { checkOptions } from '@attune/internal';
import { mean, type Rows } from './arrays';
import { checkClassIds, checkPaired, checkRows } from './checks';

/** A temperature, and the mean negative log-likelihood with and without it, in nats per example. */
export interface FittedTemperature {
  /** Divisor of the logits, in [0.01, 100]. */
  readonly temperature: number;
  /** The loss at this temperature. */
  readonly loss: number;
  /** The loss at temperature 1. */
  readonly lossBefore: number;
}

const lowest = 0.01;
const highest = 100;

/**
 * Temperature T that minimizes the negative log-likelihood of softmax(logits / T) (Guo et al. 2017).
 *
 * It changes only the confidence, not the arg max: T > 1 means that the classifier was overconfident. `logits` is [examples, classes] (for a
 * binary classifier with a single logit z, the row is [0, z]), `targets` are class ids, both from data that was not trained on. T is
 * limited to [0.01, 100]: it would tend to 0 if every example is correct, and to infinity if the logits carry no information.
 * @throws RangeError for class ids out of range, uneven rows and numbers that are not finite.
 * @example
 * const { temperature } = fitTemperature(validationLogits, validationLabels);
 * const probabilities = softmax(testLogits, { temperature });
 */
export function fitTemperature(logits: Rows, targets: ArrayLike<number>): FittedTemperature {
  const search = temperatureSearch(logits, targets);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

/**
 * The search of `fitTemperature` in steps, each a pass over the logits, so that a program can do other work in between, or stop.
 *
 * @throws RangeError as `fitTemperature`, at the first step
 * @example
 * const search = temperatureSearch(validationLogits, validationLabels);
 * let step = search.next();
 * for (; !step.done; step = search.next()) await setImmediate();
 * const { temperature } = step.value;
 */
export function* temperatureSearch(
  logits: Rows,
  targets: ArrayLike<number>,
): Generator<undefined, FittedTemperature, undefined> {
  checkPaired('fitTemperature', targets, logits);
  checkClassIds('fitTemperature', targets, checkRows('fitTemperature', 'logits', logits));
  const temperature = 1 / (yield* rootOfSlope((beta) => slope(logits, targets, beta)));
  return { temperature, loss: lossAt(logits, targets, temperature), lossBefore: lossAt(logits, targets, 1) };
}

const softmaxTable = { temperature: 'number' } as const;

/**
 * Softmax of each row: exp(zᵢ / T) / Σ exp(zⱼ / T), shifted by the maximum of the row; default T = 1.
 *
 * @throws RangeError unless the temperature is above 0, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example softmax([[0, Math.log(3)]]) // [[0.25, 0.75]]
 */
export function softmax(
  logits: Rows,
  options: {
    /** Divisor of the logits, above 0; default 1. */
    temperature?: number;
  } = {},
): number[][] {
  checkOptions('softmax', options, softmaxTable);
  const { temperature = 1 } = options;
  if (!(temperature > 0)) throw new RangeError(`softmax: temperature expected a number above 0, got ${temperature}`);
  return Array.from(logits, (row) => softmaxRow(row, 1 / temperature));
}

function softmaxRow(row: ArrayLike<number>, beta: number): number[] {
  const highestLogit = maximum(row);
  const powers = Array.from(row, (logit) => Math.exp((logit - highestLogit) * beta));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Derivative of the mean loss with respect to β = 1 / T. It never decreases, because the loss is convex in β. */
function slope(logits: Rows, targets: ArrayLike<number>, beta: number): number {
  return mean(
    Array.from(logits, (row, i) => {
      // Differences from the target's logit, so that equal logits give exactly 0.
      const target = row[targets[i]];
      return softmaxRow(row, beta).reduce((sum, p, column) => sum + p * (row[column] - target), 0);
    }),
  );
}

/** Bisection on a logarithmic scale: 100 halvings of [1/100, 100] exhaust the precision of a float. */
function* rootOfSlope(slopeAt: (beta: number) => number): Generator<undefined, number, undefined> {
  if (slopeAt(1) === 0) return 1;
  let low = Math.log(1 / highest);
  let high = Math.log(1 / lowest);
  for (let halving = 0; halving < 100; halving++) {
    const middle = (low + high) / 2;
    if (slopeAt(Math.exp(middle)) < 0) low = middle;
    else high = middle;
    yield;
  }
  return Math.exp((low + high) / 2);
}

function lossAt(logits: Rows, targets: ArrayLike<number>, temperature: number): number {
  return mean(
    Array.from(logits, (row, i) => {
      const top = maximum(row);
      const sum = Array.from(row).reduce((total, logit) => total + Math.exp((logit - top) / temperature), 0);
      return Math.log(sum) - (row[targets[i]] - top) / temperature;
    }),
  );
}

const maximum = (row: ArrayLike<number>): number => Array.from(row).reduce((a, b) => Math.max(a, b));
