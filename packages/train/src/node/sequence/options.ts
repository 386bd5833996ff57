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
   * The names of all labels, in the order of their ids; default: those of the training part, by code point, or where a `teacher` has all of these
   * and more, the teacher's.
   */
  readonly labelList?: readonly string[];
  /** Texts without labels, of which the student learns what the `teacher` says, and a new one's vocabulary; empty ones are dropped. Default none. */
  readonly unlabeled?: UnlabeledTexts;
  /**
   * Chooses a threshold per label after training, or offsets where a text has one label, for the best macro-F1 on the validation part. Offsets
   * go into the model's last layer, so that its scores are of shifted logits in every program; thresholds are beside the model, in
   * `attune.json` and `config.json`, and predictors use them. Default false.
   */
  readonly tuneThreshold?: boolean;
  /** Fits a temperature on the validation part, by which logits are divided: in the last layer, or by predictors where a text has several labels. Default false. */
  readonly calibrate?: boolean;
  /**
   * The baseline beside the model: `default` settings (the default), `tuned` on the validation part (by macro-F1 where
   * `metricForBestModel` is that, else by accuracy), or `none`.
   */
  readonly baseline?: BaselineMode;
  /** Also reports the metrics of a mix of the model's and the baseline's probabilities, its share chosen on the validation part; default false. */
  readonly mixBaseline?: boolean;
}

/** Options of `compareClassifiers`. */
export interface CompareOptions extends RunOptions, DistillOptions {
  /** Learned from; chosen by; and the texts that scores are given of. */
  readonly data: {
    /** Texts and labels to learn. */
    readonly train: LabeledTexts;
    /** Texts and labels by which settings are chosen. */
    readonly validation: LabeledTexts;
    /** Texts that scores are given of. */
    readonly test: readonly string[];
  };
  /** Learning rates of the transformer, one training each; default the arguments' own. */
  readonly learningRates?: readonly number[];
}

/** Options of `loadPredictor`. */
export interface PredictorOptions extends Pick<LoadTrainedOptions, 'revision' | 'base' | 'onProgress' | 'onNote'> {
  /** What computes; default one opened for the predictor and closed with it. */
  readonly engine?: Engine;
  /** Most tokens per text; default the run's, or the tokenizer's `model_max_length`, at most the model's positions. */
  readonly maxLength?: number;
  /** Most texts per batch; default as many as are fast. */
  readonly batchSize?: number;
  /** `int8` has weights in 8 bits, and activations of most layers: faster on most processors, and close. Default `fp32`. */
  readonly precision?: Precision;
  /** How logits become scores and labels; overrides what the run tuned, but for what is in the model's weights. Default what the run tuned. */
  readonly decision?: Decision;
  /** Threads of onnxruntime; default all of the machine's. */
  readonly threads?: number;
  /** Receives the number of (distinct) texts of a call that are longer than the maximum length and cut there; default none. */
  readonly onTruncated?: (count: number, maxLength: number) => void;
}
