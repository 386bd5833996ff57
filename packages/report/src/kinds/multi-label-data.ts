// The data of a report of a multi-label classifier.
import type { TunedMetrics } from '../decision';
import type { RunData, RunFacts, TestTexts } from '../run-data';
import type { Labels } from '../sections/labels';

/** 0 or 1 for each label, [texts, labels]. */
export type Rows = readonly (readonly number[])[];

export interface SetMetrics {
  /** Share of texts with every label right. */
  readonly accuracy: number;
  /** F1 of all labels' counts added up, in [0, 1]. */
  readonly microF1: number;
  /** Mean F1 over labels, in [0, 1]. */
  readonly macroF1: number;
}

/** The data of a report of a multi-label classifier. */
export interface MultiLabelReportData extends RunData, Labels {
  /** Selects this kind of page. */
  readonly problemType: 'multi_label_classification';
  /** The metrics of `summary.json`. */
  readonly summary: RunFacts &
    SetMetrics &
    TunedMetrics<SetMetrics> & {
      /** The same metrics of the baseline; null or absent without one. */
      readonly baseline?: SetMetrics | null;
    };
  /** `yTrue` and `yPred` are [texts, labels] of 0 and 1; `scores` are probabilities, [texts · labels]. */
  readonly test: TestTexts & {
    /** 1 for each label that a text has, [texts, labels]. */
    readonly yTrue: Rows;
    /** 1 for each label that is predicted, [texts, labels]. */
    readonly yPred: Rows;
    /** Probability of each label, [texts · labels]. */
    readonly scores: ArrayLike<number>;
  };
  /** Training texts by label id. */
  readonly trainCounts?: readonly number[];
  /** Predictions of the baseline; absent without one. */
  readonly baseline?: {
    /** 1 for each label that it predicts, [texts, labels]. */
    readonly yPred: Rows;
  };
}
