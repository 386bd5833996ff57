import { decidedClasses } from '../../decision/decision';
import { classesOf, classFigures } from '../problems/classes';
import type { BaselineOf, ScoredOf, Truth } from '../problems/problem';
import { type Differences, differences } from './difference';
import { bestModelWeight, mixedScores } from './mix';
import type { ChosenBy } from './settings';

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

/** The figures of a mix of model and baseline. */
export interface MixFigures {
  readonly accuracy: number;
  readonly macroF1: number;
  /** Of the mixed probabilities this share is the model's. */
  readonly modelWeight: number;
  /** How far the mix is ahead of the baseline. */
  readonly difference: Differences;
}

export interface Comparison {
  /** How far the model is ahead of the baseline. */
  readonly difference: Differences;
  readonly mix?: MixFigures;
}

/** The model beside the baseline and, where asked for, what both are worth together. */
export function compare(
  model: ScoredOf<'single_label_classification'>,
  { predictions, probabilities }: BaselineOf<'single_label_classification'>,
  { labels, truth, seed, mixing }: Comparing,
): Comparison {
  const difference = differences(model.predictions, predictions, seed);
  if (!mixing || !probabilities) return { difference };
  const { validation, metric } = mixing;
  const modelWeight = bestModelWeight({
    targets: validation.targets as readonly number[],
    model: mixing.scores,
    baseline: probabilities(validation.texts),
    metric,
  });
  const scores = mixedScores(model.scores, probabilities(truth.texts), modelWeight);
  const mixed = classesOf(truth, scores, decidedClasses(scores, labels));
  return {
    difference,
    mix: { ...classFigures(mixed), modelWeight, difference: differences(mixed, predictions, seed) },
  };
}
