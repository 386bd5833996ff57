import type { Engine } from '@attune/engine';
import type { TrainingArguments } from '../../arguments/arguments';
import type { LoadTrainedOptions } from '../model/load';
import type { RunOptions } from '../run/options';

export interface MaskingOptions {
  /** Probability that a token is masked, in (0, 1]; default 0.15. */
  readonly mlmProbability?: number;
  /** Masks all pieces of a word, or none; default false. */
  readonly wholeWord?: boolean;
}

/** The parts of a collection of texts. Without a test part, results are reported on the validation part. */
export interface TextParts {
  /** Texts to learn from; empty ones are dropped. */
  readonly train: readonly string[];
  /** Texts by which the best evaluation is chosen. */
  readonly validation?: readonly string[];
  /** Texts on which results are reported; default the validation part. */
  readonly test?: readonly string[];
}

/** Options of `fitMaskedLm`. */
export interface MaskedLmFitOptions extends RunOptions, MaskingOptions {
  /** Texts: a training part, and a validation or a test part. */
  readonly data: TextParts;
  /** Tokens per chunk; default 256, or the tokenizer's `model_max_length` or the model's positions where these are fewer. */
  readonly chunkLength?: number;
}

/** Options of `adaptMaskedLm`. */
export interface AdaptOptions extends Omit<MaskedLmFitOptions, 'resume' | 'callbacks'> {
  /**
   * Arguments of the head's warm-up; default a learning rate of 1e-3 after 10 steps, for up to 20 epochs, until the validation loss falls by
   * less than 0.01.
   */
  readonly warmUp?: Partial<TrainingArguments>;
}

/** Options of `evaluateMaskedLm`. */
export interface EvaluateMaskedLmOptions
  extends MaskingOptions,
    Pick<LoadTrainedOptions, 'revision' | 'base' | 'onProgress' | 'onNote'> {
  /** An open engine to compute with; default one opened for this call and closed after it. */
  readonly engine?: Engine;
  /** Tokens per chunk; default the run's, or as in `fitMaskedLm`. */
  readonly chunkLength?: number;
  /** Seed of the masks; default the run's, or 42. */
  readonly seed?: number;
  /** Number of chunks per batch; default 32. */
  readonly batchSize?: number;
}
