import type { Activations, Engine } from '@attune/engine';
import type { TruncationMode } from '../../tasks/causal-lm/examples';
import type { LoadTrainedOptions } from '../model/load';
import type { RunOptions } from '../run/options';
import type { CausalLmTextParts } from './parts';

export type LoadCausalLmOptions = Omit<LoadTrainedOptions, 'task'>;

/** Options of `loadGenerator`. */
export interface GeneratorOptions extends LoadCausalLmOptions {
  /** An open engine to compute with; default one opened for the generator and closed with it. */
  readonly engine?: Engine;
  /** Threads of onnxruntime; default all cores. */
  readonly threads?: number;
  /**
   * Format of the activations that are multiplied with matrices in `int8` or `int4`; default `float32`. `int8` rounds each block of 64 activations to 8 bits, and the matrix that
   * makes the logits: faster, but the likeliest tokens may change. On the engine `onnx`.
   */
  readonly activations?: Activations;
}

/** Options of `evaluateCausalLm`. */
export interface EvaluateCausalLmOptions extends LoadCausalLmOptions {
  /** An open engine to compute with; default one opened for this call and closed after it. */
  readonly engine?: Engine;
  /** Most tokens per text; default the run's, or the tokenizer's `model_max_length`, at most the model's positions. */
  readonly maxLength?: number;
  /** The kept part of a longer text; default the run's. */
  readonly truncationMode?: TruncationMode;
  /** Texts per batch; default 16. */
  readonly batchSize?: number;
}

/** Options of `fitCausalLm`. */
export interface CausalLmFitOptions extends RunOptions {
  /** Texts, or completions after prompts: a training part, and a validation or a test part. */
  readonly data: CausalLmTextParts;
  /** The kept part of a text longer than `maxLength`: `keep_completion` (default), which cuts the beginning of its prompt, `keep_start`, as in TRL, or `keep_end`. */
  readonly truncationMode?: TruncationMode;
}
