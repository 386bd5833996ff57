import type { ModelConfig, ProblemType } from '@attune/models';
import type { BaselineOptions, BaselineTuning } from '../../node/sequence/baseline';
import type { Comparing, Comparison } from '../../node/sequence/comparison';
import type { Decision } from './decision';
import type { LabelledTexts, LabelOf } from './examples';
import type { Target } from './targets';

/** What a classifier made of a part; classes are indices into the run's labels. */
export interface Predictions {
  readonly texts: readonly string[];
  readonly yTrue: Int32Array;
  readonly yPred: Int32Array;
  /** Probability of the predicted class. */
  readonly scores: Float32Array;
}

/** What a classifier with any number of labels a text made of a part. */
export interface MultiLabelPredictions {
  readonly texts: readonly string[];
  /** One row a text, one 0 or 1 a label. */
  readonly yTrue: readonly (readonly number[])[];
  readonly yPred: readonly (readonly number[])[];
  /** Probabilities, [texts · labels]. */
  readonly scores: Float32Array;
}

/** What a regression made of a part. */
export interface ValuePredictions {
  readonly texts: readonly string[];
  readonly yTrue: Float64Array;
  readonly yPred: Float64Array;
}

/** Predictions, by the kind of problem. */
export interface PredictionsOf extends Record<ProblemType, unknown> {
  readonly single_label_classification: Predictions;
  readonly multi_label_classification: MultiLabelPredictions;
  readonly regression: ValuePredictions;
}

/** The figures every summary leads with, by the kind of problem. */
export interface FiguresOf extends Record<ProblemType, Readonly<Record<string, number>>> {
  readonly single_label_classification: { readonly accuracy: number; readonly macroF1: number };
  /** Accuracy is of whole sets of labels. */
  readonly multi_label_classification: {
    readonly accuracy: number;
    readonly microF1: number;
    readonly macroF1: number;
  };
  readonly regression: { readonly mse: number; readonly mae: number; readonly rmse: number; readonly r2: number };
}

/** Texts and what is to be learnt of them. */
export interface Truth {
  readonly texts: readonly string[];
  readonly targets: readonly Target[];
}

/** The yardstick on the part that results are reported on. */
export interface BaselineOf<P extends ProblemType> {
  readonly predictions: PredictionsOf[P];
  /** What was chosen, where it was tuned. */
  readonly options?: BaselineOptions;
  /** Of any texts, [texts · labels]. */
  probabilities?(texts: readonly string[]): Float64Array;
}

/** The trained model on the part that results are reported on. */
export interface ScoredOf<P extends ProblemType> {
  readonly predictions: PredictionsOf[P];
  /** Probabilities [texts · labels]. */
  readonly scores: ArrayLike<number>;
}

export interface BaselineContext {
  readonly labels: readonly string[];
  readonly onNote: (note: string) => void;
  /** Where it is to be tuned. */
  readonly tuning?: BaselineTuning;
}

/** What a run has to know of one kind of problem. */
export interface Problem<P extends ProblemType> {
  /**
   * The model's labels, in order.
   * @throws AttuneError for labels of which nothing can be learnt
   */
  labelsOf(labels: readonly LabelOf[P][], onNote: (note: string) => void): readonly string[];
  /** What the head learns of a label; RangeError for one that is not known. */
  targetWith(labels: readonly string[]): (label: LabelOf[P]) => Target;
  predictionsOf(
    truth: Truth,
    logits: Float32Array,
    decided: { config: ModelConfig; decision?: Decision },
  ): PredictionsOf[P];
  figuresOf(predictions: PredictionsOf[P]): FiguresOf[P];
  /** Trains the yardstick; undefined, with a note, where there is nothing to learn from. */
  baseline(train: LabelledTexts<LabelOf[P]>, truth: Truth, context: BaselineContext): BaselineOf<P> | undefined;
  /** Model and yardstick beside one another, of one label a text. */
  readonly compare?: (model: ScoredOf<P>, baseline: BaselineOf<P>, comparing: Comparing) => Comparison;
}
