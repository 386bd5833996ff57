import type { ModelTask, ProblemType } from '@attune/models';
import type { GeneratedText } from '@attune/train/node';
import type { PoolInput, PoolPrompt, PostedTextOptions } from './messages';

/** A model of a pool. */
export interface PoolSource {
  /** A run directory, a model directory or a hub id. */
  readonly source: string;
  /** `int8` has weights in 8 bits: a quarter of the memory, and faster where the processor has the instructions. Default the pool's. */
  readonly precision?: 'fp32' | 'int8';
  /** Threads of onnxruntime per worker. Default the pool's. */
  readonly threads?: number;
}

/** Options of `openPredictorPool`. */
export interface PoolOptions {
  /** Worker threads, each with a copy of every model; default 1. */
  readonly workers?: number;
  /** Threads of onnxruntime per worker; default the processor's cores less one, shared among the workers of all processes, and at least 1. */
  readonly threads?: number;
  /** Processes that open the same pool each, as `openProcesses` starts them: `memory` is for all of them together. Default 1. */
  readonly processes?: number;
  /** Precision of models that do not say their own; default `fp32`. */
  readonly precision?: 'fp32' | 'int8';
  /** Most tokens of one batch, about; default 2,048. */
  readonly maxBatchTokens?: number;
  /** Milliseconds that one batch may compute, about: batches are made as small as the measured speed asks for. Default 100. */
  readonly maxBatchMs?: number;
  /** Most texts and prompts that wait; default 1,000. One more is refused with POOL_FULL. */
  readonly maxQueue?: number;
  /**
   * Milliseconds that a call may have to wait for its turn, by the speed that was measured so far; default 10,000. One that would wait longer
   * is refused with POOL_FULL at once, rather than late; one that has waited twice as long, as computing became slower, is refused then.
   */
  readonly maxWaitMs?: number;
  /** Texts that a worker writes at once; default 1. Others wait. */
  readonly writers?: number;
  /** Bytes that the weights of all models in all workers of all processes may take; default half of the machine's memory. */
  readonly memory?: number;
  /** Number of predictions that are kept for inputs that come again; default 0. */
  readonly cacheSize?: number;
  /** Milliseconds that `close` waits for calls that have begun; default 10,000. */
  readonly closeMs?: number;
  /** Receives notes: a worker that ended and was replaced; default none. */
  readonly onNote?: (note: string) => void;
}

/** Options of one call. */
export interface CallOptions {
  /** Which model, of a pool of several; default its only one. */
  readonly model?: string;
  /** Aborts the call while it waits in the queue, or between two tokens that are written. A batch that computes is computed to its end. Default none. */
  readonly signal?: AbortSignal;
}

/** Options of `write`. */
export interface WriteOptions extends PostedTextOptions, CallOptions {}

/** A model of a pool as it is open. */
export interface PoolModel {
  /** By which calls name it. */
  readonly name: string;
  /** The run directory, model directory or hub id that it was opened from. */
  readonly source: string;
  /** What it does. */
  readonly task: ModelTask;
  /** The kind of problem of a sequence classifier. */
  readonly problemType?: ProblemType;
  /** Labels in the order of their ids; none of a model that writes. */
  readonly labels: readonly string[];
  /** Most tokens that the model reads. */
  readonly maxLength: number;
  /** Whether the model has a chat template. */
  readonly hasChat: boolean;
  /** Whether a sequence classifier takes pairs of texts. */
  readonly hasPairs?: boolean;
  /** The columns of the run's templates (`--text '{title}. {description}'`, `--prompt-template`), of which a row is given in place of a text. */
  readonly fields: readonly string[];
  /** Precision of its weights. */
  readonly precision: 'fp32' | 'int8';
  /** How often it was reloaded. */
  readonly version: number;
}

/** What a pool does at the moment. */
export interface PoolState {
  /** Texts and prompts that wait. */
  readonly queued: number;
  /** Texts and prompts that workers have. */
  readonly running: number;
  /** Workers that are ready. */
  readonly workers: number;
  /** Workers that ended and were replaced, since the pool was opened. */
  readonly restarts: number;
  /** Bytes of weights, in all workers. */
  readonly bytes: number;
}

/** A text that was written. */
export interface WrittenText extends GeneratedText {
  /** How many tokens the prompt has. */
  readonly promptTokens: number;
}

/** Models in worker threads. */
export interface PredictorPool {
  /** The models, in the order they were given. */
  readonly models: readonly PoolModel[];
  /** What it does at the moment. */
  readonly state: PoolState;
  /**
   * Predictions of inputs, in order: what `predict` of `loadPredictor` gives, and `{ entities }` of a tagger. An input is a text, two for a
   * model of pairs, or a row of the columns that the run was trained on: `{ title: 'Welder', description: 'Joins pipes.' }`.
   *
   * @throws AttuneError POOL_FULL, POOL_MODEL, POOL_WORKER; the signal's reason where it aborts
   */
  predict<Prediction = unknown>(inputs: readonly PoolInput[], options?: CallOptions): Promise<Prediction[]>;
  /**
   * The text after a prompt, piece by piece; at the end all of it. In place of a prompt stands a conversation where the model has a chat
   * template, or a row that the run's prompt template makes one of.
   */
  write(prompt: PoolPrompt, options?: WriteOptions): AsyncGenerator<string, WrittenText, void>;
  /** Opens a model again, from its own source or another, in every worker, and then takes it in place of the old one, whose calls end. */
  reload(name: string, source?: string): Promise<PoolModel>;
  /** Refuses further calls, and ends when those before have. */
  close(): Promise<void>;
}
