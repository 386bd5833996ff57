import type { Engine, Precision } from '@attune/engine';
import type { ProblemType } from '@attune/models';
import type { Decision } from '../../tasks/sequence/decision';
import type { DataParts, LabeledTexts } from '../../tasks/sequence/examples';
import type { LabelOf } from '../../tasks/sequence/problems';
import type { DistillOptions } from '../distill/options';
import type { LoadTrainedOptions } from '../model/load';
import type { RunOptions } from '../run/options';
import type { BaselineMode } from './baseline';

/** Texts, or pairs of them, without labels. */
export type UnlabeledTexts = Pick<LabeledTexts, 'texts' | 'pairs'>;

/** Options of `fitSequenceClassifier`. */
export interface FitOptions<P extends ProblemType = 'single_label_classification'> extends RunOptions, DistillOptions {
  /** Default `single_label_classification`; `multi_label_classification` learns any number of labels per text, `regression` a number. */
  readonly problemType?: P;
  /** Texts and their labels: a training part, and a validation or a test part. */
  readonly data: DataParts<LabelOf[P]>;
  /**
   * The names of all labels, in the order of their ids; default those of the training part, by code point, or the labels of a `teacher` that has
   * all of these and more.
   */
  readonly labelList?: readonly string[];
  /** Texts without labels, on which the student learns the outputs of the `teacher`, and a new student its vocabulary; empty ones are dropped. Default none. */
  readonly unlabeled?: UnlabeledTexts;
  /**
   * Tunes a threshold per label after training, or offsets for one label per text, for the best macro-F1 on the validation part. Offsets
   * go into the model's last layer, so that its scores come from shifted logits in every program; thresholds are a record with the model, in
   * `attune.json` and `config.json`, and predictors use them. Default false.
   */
  readonly tuneThreshold?: boolean;
  /** Fits a temperature on the validation part, the divisor of logits: in the last layer, or in predictors for several labels per text. Default false. */
  readonly calibrate?: boolean;
  /**
   * The baseline to compare with: `default` settings (the default), `tuned` on the validation part (by macro-F1 where
   * `metricForBestModel` is that, else by accuracy), or `none`.
   */
  readonly baseline?: BaselineMode;
  /** Whether to report the metrics of a mix of the model's and the baseline's probabilities too, with shares chosen on the validation part; default false. */
  readonly mixBaseline?: boolean;
}

/** Options of `compareClassifiers`. */
export interface CompareOptions extends RunOptions, DistillOptions {
  /** The training part, the validation part, and the test texts. */
  readonly data: {
    /** Texts and labels to learn. */
    readonly train: LabeledTexts;
    /** Texts and labels for choosing settings. */
    readonly validation: LabeledTexts;
    /** Texts to score. */
    readonly test: readonly string[];
  };
  /** Learning rates of the transformer, one training per rate; default that of the arguments. */
  readonly learningRates?: readonly number[];
}

/** Options of `loadPredictor`. */
export interface PredictorOptions extends Pick<LoadTrainedOptions, 'revision' | 'base' | 'onProgress' | 'onNote'> {
  /** An open engine to compute with; default one opened for the predictor and closed with it. */
  readonly engine?: Engine;
  /** Most tokens per text; default the run's, or the tokenizer's `model_max_length`, at most the model's positions. */
  readonly maxLength?: number;
  /** Most texts per batch; default a fast number. */
  readonly batchSize?: number;
  /** `int8` uses 8 bits for weights and for the activations of most layers: faster on most processors, with similar results. Default `fp32`. */
  readonly precision?: Precision;
  /** How logits become scores and labels; replaces the run's tuned decision, except for a decision in the model's weights. Default the run's. */
  readonly decision?: Decision;
  /** Threads of onnxruntime; default all cores. */
  readonly threads?: number;
  /** Receives the number of distinct texts of a call that are cut at the maximum length; default none. */
  readonly onTruncated?: (count: number, maxLength: number) => void;
}
