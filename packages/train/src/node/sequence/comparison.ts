import { pairedBootstrap } from '@attune/metrics';
import { argMaxRows } from '../../tasks/logits';
import { decidedClasses } from '../../tasks/sequence/decision';
import type { Truth } from '../../tasks/sequence/problem';
import { classMetrics, classPredictions, type Predictions } from '../../tasks/sequence/single-label';

/** The metric that chooses a baseline's settings and a mix. */
export type ChosenBy = 'accuracy' | 'macroF1';

/** Macro-F1 where that chooses the best model, else accuracy, since a baseline has no comparable loss. */
export const chosenBy = (metricForBestModel: string | undefined): ChosenBy =>
  metricForBestModel === 'macroF1' ? 'macroF1' : 'accuracy';

/** The validation part, on which a mix is chosen. */
export interface Mixing {
  readonly validation: Truth;
  /** The model's probabilities [texts · labels]. */
  readonly scores: ArrayLike<number>;
  readonly metric: ChosenBy;
}

export interface Comparing {
  readonly labels: readonly string[];
  readonly truth: Truth;
  readonly seed: number;
  readonly mixing?: Mixing;
}

/** The metrics of a mix of model and baseline. */
export interface MixMetrics {
  /** Share of right predictions, in [0, 1]. */
  readonly accuracy: number;
  /** Mean F1 over classes, in [0, 1]. */
  readonly macroF1: number;
  /** The model's share of the mixed probabilities. */
  readonly modelWeight: number;
  /** The mix's metrics minus the baseline's. */
  readonly difference: Differences;
}

/** The model's metrics minus the baseline's. */
export interface Comparison {
  /** The model's metrics minus the baseline's. */
  readonly difference: Differences;
  /** The metrics of the mix of both; absent without `mixBaseline`. */
  readonly mix?: MixMetrics;
}

/** A classifier on the reported part. */
export interface Scored {
  readonly predictions: Predictions;
  /** Probabilities [texts · labels]. */
  readonly scores: ArrayLike<number>;
}

interface OtherClassifier {
  readonly predictions: Predictions;
  /** Probabilities of any texts, [texts · labels]. */
  probabilities(texts: readonly string[]): Float64Array;
}

/** The model's metrics minus the baseline's and, with `mixing`, the metrics of the mix of both. */
export function compare(
  model: Scored,
  { predictions, probabilities }: OtherClassifier,
  { labels, truth, seed, mixing }: Comparing,
): Comparison {
  const difference = differences(model.predictions, predictions, seed);
  if (!mixing) return { difference };
  const { validation, metric } = mixing;
  const modelWeight = bestModelWeight({
    targets: validation.targets as readonly number[],
    model: mixing.scores,
    baseline: probabilities(validation.texts),
    metric,
  });
  const scores = mixedScores(model.scores, probabilities(truth.texts), modelWeight);
  const mixed = classPredictions(truth, scores, decidedClasses(scores, labels));
  return {
    difference,
    mix: { ...classMetrics(mixed), modelWeight, difference: differences(mixed, predictions, seed) },
  };
}

/** w·model + (1 − w)·baseline, of probabilities [texts · labels]. */
export function mixedScores(model: ArrayLike<number>, baseline: ArrayLike<number>, modelWeight: number): Float64Array {
  return Float64Array.from(model, (p, i) => modelWeight * p + (1 - modelWeight) * baseline[i]);
}

/** Two classifiers' probabilities of a validation part, [texts · labels]. */
interface MixValidation {
  readonly targets: readonly number[];
  readonly model: ArrayLike<number>;
  readonly baseline: ArrayLike<number>;
  readonly metric: ChosenBy;
}

/** The candidate weights, those near an even mix first, since the first of equals is kept. */
const weights = Array.from({ length: 21 }, (_, i) => i / 20).sort(
  (a, b) => Math.abs(a - 0.5) - Math.abs(b - 0.5) || b - a,
);

/**
 * The weight of the model, in twentieths, with the best mix on the validation part.
 *
 * @example bestModelWeight({ targets: [0], model: [0.9, 0.1], baseline: [0.3, 0.7], metric: 'accuracy' }) // 0.5
 */
export function bestModelWeight({ targets, model, baseline, metric }: MixValidation): number {
  const yTrue = Int32Array.from(targets);
  const width = model.length / targets.length;
  const scores = weights.map((weight) => {
    const yPred = argMaxRows(mixedScores(model, baseline, weight), width);
    return classMetrics({ yTrue, yPred })[metric];
  });
  return weights[scores.indexOf(Math.max(...scores))];
}

/** The difference of a metric between two models, with its 95 % interval. */
export interface Difference {
  /** The difference on all texts. */
  readonly estimate: number;
  /** Lower bound of the interval. */
  readonly low: number;
  /** Upper bound of the interval. */
  readonly high: number;
}

/** The differences of a classifier's main metrics. */
export interface Differences {
  /** Difference of accuracies. */
  readonly accuracy: Difference;
  /** Difference of macro-F1s. */
  readonly macroF1: Difference;
}

type Classes = Pick<Predictions, 'yTrue' | 'yPred'>;

/** A metric of the examples that were drawn. */
type Metric = (drawn: Uint32Array, classes: Classes) => number;

/**
 * The metrics of `model` minus those of `other` on the same texts: paired bootstrap, 1,000 draws of the texts, the percentile interval
 * shifted so that the draws' mean is the difference. Without that a macro-F1 over a thousand classes lies outside its own
 * interval (`scripts/bootstrap-coverage.mjs`).
 *
 * @example differences(model, baseline, 42).accuracy // { estimate: 0.016, low: 0.004, high: 0.029 }
 */
export function differences(model: Classes, other: Classes, seed: number): Differences {
  const differenceOf = (metric: Metric): Difference => {
    const of = (classes: Classes) => (drawn: Uint32Array) => metric(drawn, classes);
    const options = { samples: 1000, method: 'percentile', seed } as const;
    const { difference, low, high } = pairedBootstrap(model.yTrue.length, of(model), of(other), options);
    return { estimate: difference, low, high };
  };
  return { accuracy: differenceOf(accuracy), macroF1: differenceOf(macroF1) };
}

const accuracy: Metric = (drawn, { yTrue, yPred }) => {
  let right = 0;
  for (const i of drawn) if (yTrue[i] === yPred[i]) right += 1;
  return right / drawn.length;
};

/** Macro-F1 over the classes in truth or prediction, forty times as fast as that of `@attune/metrics` (measured), for 4,000 calls. */
const macroF1: Metric = (drawn, { yTrue, yPred }) => {
  const hits: number[] = [];
  const named: number[] = []; // in the truth and in the predictions
  for (const i of drawn) {
    const [own, predicted] = [yTrue[i], yPred[i]];
    named[own] = (named[own] ?? 0) + 1;
    named[predicted] = (named[predicted] ?? 0) + 1;
    if (own === predicted) hits[own] = (hits[own] ?? 0) + 1;
  }
  let [sum, classes] = [0, 0];
  named.forEach((count, label) => {
    sum += (2 * (hits[label] ?? 0)) / count;
    classes += 1;
  });
  return sum / classes;
};
