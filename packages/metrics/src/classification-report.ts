import { checkPaired } from './_checks';
import { accuracy } from './accuracy';
import { confusionMatrix } from './confusion-matrix';
import type { Label, LabelOptions } from './labels';
import { type PrecisionRecallF1, precisionRecallF1 } from './precision-recall-f1';
import type { ZeroDivisionOptions } from './scores';

/** Everything one usually prints about a classifier. */
export interface ClassificationReport<L extends Label = Label> extends PrecisionRecallF1<L> {
  /** Share of all examples predicted right, listed label or not. */
  accuracy: number;
  /** Rows are true classes, columns predicted ones, both in the order of `labels`. */
  confusionMatrix: number[][];
}

/**
 * Accuracy, per-class and averaged precision, recall and F1, and the confusion matrix of a single-label classifier.
 *
 * Averages are over the labels in truth or prediction unless `labels` says otherwise; a zero denominator gives `zeroDivision`. Throws
 * RangeError when the lengths differ or are zero. Equals scikit-learn's `classification_report`.
 * @example
 * const report = classificationReport(['a', 'a', 'b'], ['a', 'b', 'b']);
 * report.perClass.a; // { precision: 1, recall: 0.5, f1: 0.667, support: 2 }
 */
export function classificationReport<L extends Label>(
  yTrue: ArrayLike<L>,
  yPred: ArrayLike<L>,
  options: LabelOptions<L> & ZeroDivisionOptions = {},
): ClassificationReport<L> {
  checkPaired('classificationReport', yTrue, yPred);
  return {
    accuracy: accuracy(yTrue, yPred),
    ...precisionRecallF1(yTrue, yPred, options),
    confusionMatrix: confusionMatrix(yTrue, yPred, options),
  };
}
