import { argMaxRows } from '../../../tasks/sequence';
import { classFigures } from '../problems/classes';
import type { ChosenBy } from './settings';

/** w·model + (1 − w)·baseline, of probabilities [texts · labels]. */
export function mixedScores(model: ArrayLike<number>, baseline: ArrayLike<number>, modelWeight: number): Float64Array {
  return Float64Array.from(model, (p, i) => modelWeight * p + (1 - modelWeight) * baseline[i]);
}

/** A validation part as two classifiers see it: probabilities [texts · labels]. */
export interface MixValidation {
  readonly targets: readonly number[];
  readonly model: ArrayLike<number>;
  readonly baseline: ArrayLike<number>;
  readonly metric: ChosenBy;
}

/** The weights that are tried, those near an even mix first: of equals the first is kept. */
const weights = Array.from({ length: 21 }, (_, i) => i / 20).sort(
  (a, b) => Math.abs(a - 0.5) - Math.abs(b - 0.5) || b - a,
);

/**
 * The weight of the model, in twentieths, whose mix is best on the validation part.
 *
 * @example bestModelWeight({ targets: [0], model: [0.9, 0.1], baseline: [0.3, 0.7], metric: 'accuracy' }) // 0.5
 */
export function bestModelWeight({ targets, model, baseline, metric }: MixValidation): number {
  const yTrue = Int32Array.from(targets);
  const width = model.length / targets.length;
  const scores = weights.map((weight) => {
    const yPred = argMaxRows(mixedScores(model, baseline, weight), width);
    return classFigures({ yTrue, yPred })[metric];
  });
  return weights[scores.indexOf(Math.max(...scores))];
}
