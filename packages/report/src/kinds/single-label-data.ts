// The data of a run of single-label classification.
import type { TunedMetrics } from '../decision';
import type { Estimate } from '../intervals';
import { score } from '../page/format';
import type { RunData, RunFacts, TestTexts } from '../run-data';
import type { Labels } from '../sections/labels';

export interface ClassMetrics {
  readonly accuracy: number;
  readonly macroF1: number;
}

export interface Differences {
  readonly accuracy: Estimate;
  readonly macroF1: Estimate;
}

/** `summary.json` of a single-label classifier. */
export interface RunSummary extends RunFacts, ClassMetrics, TunedMetrics<ClassMetrics> {
  readonly baseline?: ClassMetrics | null;
  /** Metrics of the model minus those of the baseline. */
  readonly difference?: Differences;
  /** Metrics of a weighted mean of the probabilities of model and baseline. */
  readonly mix?: ClassMetrics & { readonly modelWeight: number; readonly difference: Differences };
}

/** The test split and its predictions; classes are indices into `labels`. */
export interface TestPredictions extends TestTexts {
  readonly yTrue: ArrayLike<number>;
  readonly yPred: ArrayLike<number>;
  /** Probability of the predicted class. */
  readonly scores: ArrayLike<number>;
  /** Probability of the true class. */
  readonly trueScores?: ArrayLike<number>;
}

/** The data of a report of a single-label classifier. */
export interface ReportData extends RunData, Labels {
  readonly problemType?: 'single_label_classification';
  readonly summary: RunSummary;
  readonly test: TestPredictions;
  /** Training texts by class id. */
  readonly trainCounts?: readonly number[];
  readonly baseline?: { readonly yPred: ArrayLike<number> };
}

/** The metrics in a line. */
export const shownMetrics = ({ accuracy, macroF1 }: ClassMetrics) =>
  `accuracy ${score(accuracy)}, macro-F1 ${score(macroF1)}`;
