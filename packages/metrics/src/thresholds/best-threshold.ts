import { checkScored, countsAtThresholds } from '../curves/_counts-at-thresholds';
import { ratio } from '../scores';

/** What a threshold makes of the examples. */
export interface Decisions {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

/**
 * What a threshold is chosen by: `f1`, `accuracy`, Youden's J (true minus false positive rate; a rate of no examples is 0), or a
 * function, of which higher is better and NaN never chosen.
 */
export type ThresholdMetric = 'f1' | 'accuracy' | 'youden' | ((decisions: Decisions) => number);

export interface ThresholdOptions {
  /** `f1` unless given. */
  readonly metric?: ThresholdMetric;
}

/** A threshold and the metric's value there, on the examples it was chosen by. */
export interface Threshold {
  /** An example is positive if its score is at least this; Infinity where none should be. */
  threshold: number;
  score: number;
}

/**
 * The threshold at which a metric is highest on the given examples.
 *
 * `yTrue` is 0 or 1, `scores` any finite numbers. Every distinct score is tried, and Infinity; of equally good ones the highest
 * is taken. Choose it on validation data: on the data it was chosen by, the score flatters. Throws RangeError as `rocCurve`, and
 * when the metric is NaN throughout.
 * @example bestThreshold([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // { threshold: 0.35, score: 0.8 }
 */
export function bestThreshold(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  { metric = 'f1' }: ThresholdOptions = {},
): Threshold {
  checkScored('bestThreshold', yTrue, scores);
  const measure = typeof metric === 'function' ? metric : metrics[metric];
  let best: Threshold | undefined;
  for (const { threshold, ...decisions } of candidates(yTrue, scores)) {
    const score = measure(decisions);
    if (score > (best?.score ?? Number.NEGATIVE_INFINITY)) best = { threshold, score };
  }
  if (best === undefined)
    throw new RangeError(
      'bestThreshold: expected a metric with a value at some threshold, got none; see what it returns',
    );
  return best;
}

/** Decisions at each threshold, from Infinity down. */
function candidates(yTrue: ArrayLike<number>, scores: ArrayLike<number>): (Decisions & { threshold: number })[] {
  const { thresholds, truePositives, falsePositives } = countsAtThresholds(yTrue, scores);
  const positives = truePositives[truePositives.length - 1];
  const negatives = falsePositives[falsePositives.length - 1];
  return [Number.POSITIVE_INFINITY, ...thresholds].map((threshold, i) => {
    const hits = i === 0 ? 0 : truePositives[i - 1];
    const alarms = i === 0 ? 0 : falsePositives[i - 1];
    return {
      threshold,
      truePositives: hits,
      falsePositives: alarms,
      falseNegatives: positives - hits,
      trueNegatives: negatives - alarms,
    };
  });
}

const metrics = {
  f1: ({ truePositives, falsePositives, falseNegatives }: Decisions) =>
    ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  accuracy: ({ truePositives, falsePositives, falseNegatives, trueNegatives }: Decisions) =>
    (truePositives + trueNegatives) / (truePositives + falsePositives + falseNegatives + trueNegatives),
  youden: ({ truePositives, falsePositives, falseNegatives, trueNegatives }: Decisions) =>
    ratio(truePositives, truePositives + falseNegatives) - ratio(falsePositives, falsePositives + trueNegatives),
};
