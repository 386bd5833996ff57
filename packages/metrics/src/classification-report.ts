// Metrics of a classifier in one call: for any number of classes, and for binary classification.

import { checkOptions } from '@attune/internal';
import { accuracy, confusionMatrix, matthewsCorrelation } from './agreement';
import { checkPaired } from './checks';
import { checkScored } from './curves/counts-at-thresholds';
import { averagePrecision } from './curves/curves';
import type { Label, LabelOptions } from './labels';
import {
  type PrecisionRecallF1,
  precisionRecallF1,
  reportTable,
  type ZeroDivisionOptions,
} from './precision-recall-f1';

/** The usual metrics of a single-label classifier. */
export interface ClassificationReport<L extends Label = Label> extends PrecisionRecallF1<L> {
  /** Share of all examples predicted correctly, including those whose label is not listed. */
  readonly accuracy: number;
  /** Confusion matrix: rows are true classes, columns predicted ones, in the order of `labels`. Computed on access, because it has labels² entries. */
  readonly confusionMatrix: number[][];
}

/**
 * Accuracy, per-class and averaged precision, recall and F1, and the confusion matrix of a single-label classifier.
 *
 * Averages are over `labels`, by default those in truth or prediction; a zero denominator gives
 * `zeroDivision`. Equals scikit-learn's `classification_report`.
 * @throws RangeError when the lengths differ or are zero, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example
 * const report = classificationReport(['a', 'a', 'b'], ['a', 'b', 'b']);
 * report.perClass.a; // { precision: 1, recall: 0.5, f1: 0.667, support: 2 }
 */
export function classificationReport<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: LabelOptions<L> & ZeroDivisionOptions = {},
): ClassificationReport<L> {
  checkOptions('classificationReport', options, reportTable);
  checkPaired('classificationReport', yTrue, yPred);
  return {
    accuracy: accuracy(yTrue, yPred),
    ...precisionRecallF1(yTrue, yPred, options),
    get confusionMatrix() {
      return confusionMatrix(yTrue, yPred, { labels: options.labels });
    },
  };
}

/** Metrics of a binary classifier. */
export interface BinaryReport {
  /** Share of examples that are predicted correctly, in [0, 1]. */
  readonly accuracy: number;
  /** Mean F1 of both classes, which is low if only one class is predicted. */
  readonly macroF1: number;
  /** Precision of class 1, in [0, 1]. */
  readonly precision: number;
  /** Recall of class 1, in [0, 1]. */
  readonly recall: number;
  /** F1 of class 1, in [0, 1]. */
  readonly f1: number;
  /** Average precision of the scores, over all thresholds. */
  readonly averagePrecision: number;
  /** Matthews correlation coefficient. */
  readonly mcc: number;
}

const binaryTable = { threshold: 'number' } as const;

/**
 * Metrics of a binary classifier, from the scores of class 1.
 *
 * `yTrue` is 0 or 1; a score of at least `threshold`, default 0.5, predicts 1.
 * @throws RangeError for unequal lengths, no examples, truths other than 0 and 1, and scores that are not finite, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example binaryReport([1, 0, 1, 0], [0.9, 0.6, 0.7, 0.1]).precision // 2 / 3
 */
export function binaryReport(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: {
    /** Lowest score that predicts 1; default 0.5. */
    readonly threshold?: number;
  } = {},
): BinaryReport {
  checkOptions('binaryReport', options, binaryTable);
  checkScored('binaryReport', yTrue, scores);
  const { threshold = 0.5 } = options;
  const yPred = Array.from(scores, (score) => Number(score >= threshold));
  const { accuracy, macro, perClass } = classificationReport(yTrue, yPred, { labels: [0, 1] });
  const { precision, recall, f1 } = perClass[1];
  return {
    ...{ accuracy, macroF1: macro.f1, precision, recall, f1 },
    averagePrecision: averagePrecision(yTrue, scores),
    mcc: matthewsCorrelation(yTrue, yPred),
  };
}
