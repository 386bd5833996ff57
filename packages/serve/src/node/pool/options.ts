import type { ModelTask, ProblemType } from '@attune/models';
import type { GeneratedText } from '@attune/train/node';
import type { ServedPrediction } from '../http/predictions';
import type { PoolInput, PoolPrompt, PostedTextOptions } from './messages';

/** A model of a pool. */
export interface PoolSource {
  /** A run directory, a model directory or a hub id. */
  readonly source: string;
  /** `int8` stores weights in 8 bits: a quarter of the memory, and faster on processors with 8-bit instructions. Default: the pool's precision. */
  readonly precision?: 'fp32' | 'int8';
  /** Threads of onnxruntime per worker. Default: the pool's number. */
  readonly threads?: number;
}

/** Options of `openPredictorPool`. */
export interface PoolOptions {
  /** Worker threads, each with a copy of every model; default 1. */
  readonly workers?: number;
  /** Threads of onnxruntime per worker. Default: the number of cores minus one, divided by the workers of all processes, and at least 1. */
  readonly threads?: number;
  /** Number of processes that open this pool, as `openProcesses` does; `memory` is the limit of all processes together. Default 1. */
  readonly processes?: number;
  /** Precision of models without their own `precision`; default `fp32`. */
  readonly precision?: 'fp32' | 'int8';
  /** Approximate maximum tokens per batch; default 2,048. */
  readonly maxBatchTokens?: number;
  /** Approximate maximum milliseconds per batch: its size follows from the measured speed. Default 100. */
  readonly maxBatchMs?: number;
  /** Maximum texts and prompts in the queue, and per call; default 1,000. Further ones are refused with POOL_FULL. */
  readonly maxQueue?: number;
  /**
   * Maximum milliseconds that a call may wait in the queue, default 10,000. A call whose estimated wait is longer, by the measured speed, is
   * refused with POOL_FULL at once; a call that has waited twice as long is refused then.
   */
  readonly maxWaitMs?: number;
  /** Texts that a worker generates concurrently; default 1. Others wait. */
  readonly writers?: number;
  /** Memory limit in bytes for the weights of all models in all workers of all processes; default half of the machine's memory. */
  readonly memory?: number;
  /** Number of predictions to cache for repeated inputs; default 0. */
  readonly cacheSize?: number;
  /** Milliseconds that `close` waits for calls in progress; default 10,000. */
  readonly closeMs?: number;
  /** Receives notes, for example about a worker that ended and was replaced; default none. */
  readonly onNote?: (note: string) => void;
}

/** Options of one call. */
export interface CallOptions {
  /** Name of the model; default the only model of the pool. */
  readonly model?: string;
  /** Aborts the call while it is in the queue, or between two generated tokens. A running batch is not aborted. Default none. */
  readonly signal?: AbortSignal;
}

/** Options of `write`. */
export interface WriteOptions extends PostedTextOptions, CallOptions {}

/** An open model of a pool. */
export interface PoolModel {
  /** Name of the model in calls. */
  readonly name: string;
  /** The run directory, model directory or hub id that it was opened from. */
  readonly source: string;
  /** Whether it is a classifier, a tagger or a generator. */
  readonly task: ModelTask;
  /** The kind of problem of a sequence classifier. */
  readonly problemType?: ProblemType;
  /** Labels in the order of their ids; empty for a generator. */
  readonly labels: readonly string[];
  /** Maximum number of tokens that the model reads. */
  readonly maxLength: number;
  /** Whether the model has a chat template. */
  readonly hasChat: boolean;
  /** Whether a sequence classifier accepts pairs of texts. */
  readonly hasPairs?: boolean;
  /** Columns of the run's templates (`--text '{title}. {description}'`, `--prompt-template`), for rows in place of texts. */
  readonly fields: readonly string[];
  /** Precision of its weights. */
  readonly precision: 'fp32' | 'int8';
  /** Number of times it was reloaded. */
  readonly version: number;
}

/** Current load and workers of a pool. */
export interface PoolState {
  /** Texts and prompts in the queue. */
  readonly queued: number;
  /** Texts and prompts that workers are computing. */
  readonly running: number;
  /** Number of ready workers. */
  readonly workers: number;
  /** Number of workers that ended and were replaced since the pool was opened. */
  readonly restarts: number;
  /** Bytes of weights in all workers. */
  readonly bytes: number;
}

/** A generated text. */
export interface WrittenText extends GeneratedText {
  /** Number of tokens of the prompt. */
  readonly promptTokens: number;
}

/** One prediction per input: a tuple for inputs written in the call, an array otherwise. */
export type PoolPredictions<Inputs extends readonly unknown[], Prediction> = {
  -readonly [Index in keyof Inputs]: Prediction;
};

/** Models in worker threads. */
export interface PredictorPool {
  /** The models, in the order they were given. */
  readonly models: readonly PoolModel[];
  /** Current load and workers. */
  readonly state: PoolState;
  /** Maximum texts and prompts in the queue, which is also the maximum per call. */
  readonly maxQueue: number;
  /**
   * Predicts inputs, in order. Results are those of `predict` of `loadPredictor`, or `{ entities }` for a tagger. An input is a text, a pair of
   * texts for a model of pairs, or a row with the columns of the run: `{ title: 'Welder', description: 'Joins pipes.' }`.
   *
   * Where the kind of model is known, name the type of a prediction: `predict<LabelPrediction>(…)`.
   *
   * @throws AttuneError ARGUMENT_INVALID for other inputs or more than `maxQueue`; POOL_FULL, POOL_MODEL, POOL_WORKER; the signal's reason
   * where it aborts
   */
  predict<Prediction = ServedPrediction, const Inputs extends readonly PoolInput[] = readonly PoolInput[]>(
    inputs: Inputs,
    options?: CallOptions,
  ): Promise<PoolPredictions<Inputs, Prediction>>;
  /**
   * Generates the text after a prompt: yields pieces and returns the whole text. In place of a prompt it accepts a conversation, for a model
   * with a chat template, or a row from which the run's prompt template makes one.
   *
   * @throws AttuneError at once: ARGUMENT_INVALID for another prompt, POOL_FULL, POOL_MODEL
   */
  write(prompt: PoolPrompt, options?: WriteOptions): AsyncGenerator<string, WrittenText, void>;
  /** Opens a model again in every worker, from its own source or another, and replaces the old version once its calls have ended. */
  reload(name: string, source?: string): Promise<PoolModel>;
  /** Refuses further calls, and resolves once the calls in progress have ended. */
  close(): Promise<void>;
}
