// The data of a run of single-label classification.
import type { TunedMetrics } from '../decision';
import type { Estimate } from '../intervals';
import { score } from '../page/format';
import type { RunData, RunFacts, TestTexts } from '../run-data';
import type { Labels } from '../sections/labels';

export interface ClassMetrics {
  /** Share of right predictions, in [0, 1]. */
  readonly accuracy: number;
  /** Mean F1 over classes, in [0, 1]. */
  readonly macroF1: number;
}

export interface Differences {
  /** Difference in accuracy, with its interval. */
  readonly accuracy: Estimate;
  /** Difference in macro-F1, with its interval. */
  readonly macroF1: Estimate;
}

/** `summary.json` of a single-label classifier. */
export interface RunSummary extends RunFacts, ClassMetrics, TunedMetrics<ClassMetrics> {
  /** The same metrics of the baseline; null or absent without one. */
  readonly baseline?: ClassMetrics | null;
  /** Metrics of the model minus those of the baseline. */
  readonly difference?: Differences;
  /** Metrics of a weighted mean of the probabilities of model and baseline. */
  readonly mix?: ClassMetrics & {
    /** Share of the model's probabilities in the mean, in [0, 1]; the rest are the baseline's. */
    readonly modelWeight: number;
    /** Metrics of the mix minus those of the baseline. */
    readonly difference: Differences;
  };
}

/** The test split and its predictions; classes are indices into `labels`. */
export interface TestPredictions extends TestTexts {
  /** True class id of each text. */
  readonly yTrue: ArrayLike<number>;
  /** Predicted class id of each text. */
  readonly yPred: ArrayLike<number>;
  /** Probability of the predicted class. */
  readonly scores: ArrayLike<number>;
  /** Probability of the true class. */
  readonly trueScores?: ArrayLike<number>;
}

/** The data of a report of a single-label classifier. */
export interface ReportData extends RunData, Labels {
  /** Selects this kind of page, which is also the default. */
  readonly problemType?: 'single_label_classification';
  /** The metrics of `summary.json`. */
  readonly summary: RunSummary;
  /** The texts that the metrics are of, with the model's answers. */
  readonly test: TestPredictions;
  /** Training texts by class id. */
  readonly trainCounts?: readonly number[];
  /** Predictions of the baseline; absent without one. */
  readonly baseline?: {
    /** Class id that it predicts for each text. */
    readonly yPred: ArrayLike<number>;
  };
}

/** The metrics in a line. */
export const shownMetrics = ({ accuracy, macroF1 }: ClassMetrics) =>
  `accuracy ${score(accuracy)}, macro-F1 ${score(macroF1)}`;
