import { classificationReport } from './classification-report';
import { averagePrecision } from './curves/average-precision';
import { matthewsCorrelation } from './matthews-correlation';

/** Figures of a yes-or-no question. */
export interface BinaryReport {
  readonly accuracy: number;
  /** The mean of both classes' F1, which always saying the commoner does badly by. */
  readonly macroF1: number;
  /** Of class 1. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Of the scores, at every threshold. */
  readonly averagePrecision: number;
  /** Matthews' correlation coefficient. */
  readonly mcc: number;
}

/**
 * The figures of scores of class 1, decided at `threshold`, .5 unless given: 1 from there up.
 *
 * `yTrue` is 0 or 1. Throws as `classificationReport` and `averagePrecision`.
 * @example binaryReport([1, 0, 1, 0], [0.9, 0.6, 0.7, 0.1]).precision // 2 / 3
 */
export function binaryReport(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<number>,
  { threshold = 0.5 }: { readonly threshold?: number } = {},
): BinaryReport {
  const yPred = Array.from(scores, (score) => Number(score >= threshold));
  const { accuracy, macro, perClass } = classificationReport(yTrue, yPred, { labels: [0, 1] });
  const { precision, recall, f1 } = perClass[1];
  return {
    ...{ accuracy, macroF1: macro.f1, precision, recall, f1 },
    averagePrecision: averagePrecision(yTrue, scores),
    mcc: matthewsCorrelation(yTrue, yPred),
  };
}
