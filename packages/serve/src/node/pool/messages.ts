import type { ModelTask, ProblemType } from '@attune/models';
import type { ChatMessage, GeneratedText, TextOptions } from '@attune/train/node';

// Messages between the pool and its workers: plain data, which `postMessage` copies.

/** Values by column name. The run's templates make a text, a pair of texts, or a prompt from them. */
export type PoolRow = Readonly<Record<string, string>>;

/** A text, a pair of texts, or a row from which the run's templates make one. */
export type PoolInput = string | readonly [string, string] | PoolRow;

/** Input of text generation: a prompt, a conversation, or a row from which the run's template makes a prompt. */
export type PoolPrompt = string | readonly PostedMessage[] | PoolRow;

/** A model to open in a worker. */
export interface ModelSpec {
  /** Identifies a version of a model, since two are open while one replaces the other. */
  readonly key: string;
  /** A run directory, a model directory or a hub id. */
  readonly source: string;
  /** `int8` has weights in 8 bits. */
  readonly precision: 'fp32' | 'int8';
  /** Threads of onnxruntime. */
  readonly threads: number;
}

/** Properties of a model, read by the worker that opened it. */
export interface ModelFacts {
  readonly task: ModelTask;
  /** The kind of problem of a sequence classifier. */
  readonly problemType?: ProblemType;
  /** Labels in the order of their ids; empty for a generator. */
  readonly labels: readonly string[];
  /** Maximum number of tokens: of a text, or of a prompt together with its completion. */
  readonly maxLength: number;
  /** Whether the model has a chat template. */
  readonly hasChat: boolean;
  /** Whether a sequence classifier accepts pairs of texts. */
  readonly hasPairs?: boolean;
  /** Columns of the run's templates, for rows in place of texts; empty for a model that is not from a run. */
  readonly fields: readonly string[];
}

/** Options of generation that can be sent to a worker. */
export interface PostedTextOptions extends Omit<TextOptions, 'batchSize' | 'hasSpecialTokens'> {
  /** Name of the chat template, for a model with several; default the run's, or the one named `default`. */
  readonly chatTemplate?: string;
  /** Further variables of the chat template, such as `{ enable_thinking: false }`; default none. */
  readonly chatVariables?: Readonly<Record<string, unknown>>;
}

/** A message of a conversation, as the chat template expects it. */
export type PostedMessage = ChatMessage;

/** A request to a worker. */
export type Request =
  | { readonly kind: 'open'; readonly id: number; readonly spec: ModelSpec }
  | { readonly kind: 'drop'; readonly key: string }
  | { readonly kind: 'predict'; readonly id: number; readonly key: string; readonly inputs: readonly PoolInput[] }
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly key: string;
      readonly prompt: PoolPrompt;
      readonly options: PostedTextOptions;
    }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'close' };

/** An error in a message. */
export interface PostedError {
  readonly message: string;
  /** Code of an `AttuneError`. */
  readonly code?: string;
}

/** An answer of a worker. */
export type Answer =
  | { readonly kind: 'opened'; readonly id: number; readonly facts: ModelFacts }
  | { readonly kind: 'predicted'; readonly id: number; readonly predictions: readonly unknown[] }
  | { readonly kind: 'piece'; readonly id: number; readonly text: string }
  | { readonly kind: 'written'; readonly id: number; readonly result: GeneratedText; readonly promptTokens: number }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PostedError };
