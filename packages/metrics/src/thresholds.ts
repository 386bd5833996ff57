// Decision thresholds that maximize a metric on validation data.

import { checkOptions, oneOf, type TableOf } from '@attune/internal';
import { columnOf, type Rows } from './arrays';
import { checkIndicatorScores } from './checks';
import { checkScored, countsAtThresholds } from './curves/counts-at-thresholds';
import { ratio } from './precision-recall-f1';

/** Correct and wrong decisions at a threshold. */
export interface Decisions {
  /** Positives that are predicted positive. */
  readonly truePositives: number;
  /** Negatives that are predicted positive. */
  readonly falsePositives: number;
  /** Positives that are predicted negative. */
  readonly falseNegatives: number;
  /** Negatives that are predicted negative. */
  readonly trueNegatives: number;
}

/**
 * Criterion of a threshold: `f1`, `accuracy`, Youden's J (true minus false positive rate; a rate without examples is 0), or a
 * function, where higher is better and NaN is never chosen.
 */
export type ThresholdMetric = 'f1' | 'accuracy' | 'youden' | ((decisions: Decisions) => number);

/** Options of `bestThreshold` and `bestThresholds`. */
export interface ThresholdOptions {
  /** Criterion to maximize; default `f1`. */
  readonly metric?: ThresholdMetric;
}

const thresholdTable = {
  metric: /* @__PURE__ */ oneOf(['f1', 'accuracy', 'youden'], 'function'),
} satisfies TableOf<ThresholdOptions>;

/** A threshold and its value of the metric, on the examples used to choose it. */
export interface Threshold {
  /** An example is positive if its score is at least this; Infinity if no example is. */
  readonly threshold: number;
  /** Value of the metric at the threshold. */
  readonly score: number;
}

/**
 * Threshold that maximizes a metric.
 *
 * `yTrue` is 0 or 1, `scores` any finite numbers. Tries every distinct score, and Infinity; ties go to
 * the highest. Use validation data: on the data used to choose the threshold, scores are too high.
 * @throws RangeError as `rocCurve`, and if the metric is NaN at every threshold, AttuneError ARGUMENT_INVALID for an unknown option or metric.
 * @example bestThreshold([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // { threshold: 0.35, score: 0.8 }
 */
export function bestThreshold(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: ThresholdOptions = {},
): Threshold {
  checkOptions('bestThreshold', options, thresholdTable);
  checkScored('bestThreshold', yTrue, scores);
  return highest('bestThreshold', { yTrue, scores }, options);
}

/** The threshold of checked examples with the highest value of the metric. */
function highest(
  where: string,
  { yTrue, scores }: { yTrue: ArrayLike<number>; scores: ArrayLike<number> },
  { metric = 'f1' }: ThresholdOptions,
): Threshold {
  const measure = typeof metric === 'function' ? metric : metrics[metric];
  let best: Threshold | undefined;
  for (const { threshold, ...decisions } of candidates(yTrue, scores)) {
    const score = measure(decisions);
    if (score > (best?.score ?? Number.NEGATIVE_INFINITY)) best = { threshold, score };
  }
  if (best === undefined)
    throw new RangeError(
      `${where}: expected a metric that is not NaN at some threshold, got NaN at all; check its return value`,
    );
  return best;
}

/**
 * Best threshold of each label of a multi-label classifier.
 *
 * `yTrue` is [examples, labels] of 0 and 1, `scores` [examples, labels] of finite numbers. Each label is optimized separately,
 * which maximizes the macro average of the metric on these examples. A label that is never true gets
 * Infinity under `f1`.
 * @throws RangeError for rows of unequal length and as `bestThreshold`.
 * @example bestThresholds([[1, 0], [0, 1]], [[0.9, 0.3], [0.2, 0.1]]).map(({ threshold }) => threshold) // [0.9, 0.1]
 */
export function bestThresholds(yTrue: Rows, scores: Rows, options: ThresholdOptions = {}): Threshold[] {
  checkOptions('bestThresholds', options, thresholdTable);
  const width = checkIndicatorScores('bestThresholds', yTrue, scores);
  return Array.from({ length: width }, (_, label) =>
    highest('bestThresholds', { yTrue: columnOf(yTrue, label), scores: columnOf(scores, label) }, options),
  );
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
