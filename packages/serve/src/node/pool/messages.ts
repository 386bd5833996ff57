import type { ModelTask, ProblemType } from '@attune/models';
import type { ChatMessage, GeneratedText, TextOptions } from '@attune/train/node';

// What the pool and its workers say to each other. Everything is plain data, which `postMessage` copies.

/** A row of the columns that a run was trained on, by their names: its templates make a text, two, or a prompt of it. */
export type PoolRow = Readonly<Record<string, string>>;

/** A text, a pair of texts, or a row that the run's templates make one of. */
export type PoolInput = string | readonly [string, string] | PoolRow;

/** What a text is written after: a prompt, a conversation, or a row that the run's template makes a prompt of. */
export type PoolPrompt = string | readonly PostedMessage[] | PoolRow;

/** A model to open in a worker. */
export interface ModelSpec {
  /** Tells two versions of a model apart while one replaces the other. */
  readonly key: string;
  /** A run directory, a model directory or a hub id. */
  readonly source: string;
  /** `int8` has weights in 8 bits. */
  readonly precision: 'fp32' | 'int8';
  /** Threads of onnxruntime. */
  readonly threads: number;
}

/** What a worker found out about a model when it opened it. */
export interface ModelFacts {
  readonly task: ModelTask;
  /** The kind of problem of a sequence classifier. */
  readonly problemType?: ProblemType;
  /** Labels in the order of their ids; none of a generator. */
  readonly labels: readonly string[];
  /** Most tokens that the model reads: of a text, or of a prompt with what is written after it. */
  readonly maxLength: number;
  /** Whether the model has a chat template. */
  readonly hasChat: boolean;
  /** Whether a sequence classifier takes pairs of texts. */
  readonly hasPairs?: boolean;
  /** The columns of the run's templates, of which a row is given in place of a text; none of a model that is no run. */
  readonly fields: readonly string[];
}

/** Options of generation that can be posted. */
export interface PostedTextOptions extends Omit<TextOptions, 'batchSize' | 'hasSpecialTokens'> {
  /** The name of the chat template, of a model with several; default the run's, or the one named `default`. */
  readonly chatTemplate?: string;
  /** Further variables of the chat template, such as `{ enable_thinking: false }`; default none. */
  readonly chatVariables?: Readonly<Record<string, unknown>>;
}

/** A message of a conversation, as a chat template takes it. */
export type PostedMessage = ChatMessage;

/** What is asked of a worker. */
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

/** An error as it is posted. */
export interface PostedError {
  readonly message: string;
  /** Of an `AttuneError`. */
  readonly code?: string;
}

/** What a worker answers. */
export type Answer =
  | { readonly kind: 'opened'; readonly id: number; readonly facts: ModelFacts }
  | { readonly kind: 'predicted'; readonly id: number; readonly predictions: readonly unknown[] }
  | { readonly kind: 'piece'; readonly id: number; readonly text: string }
  | { readonly kind: 'written'; readonly id: number; readonly result: GeneratedText; readonly promptTokens: number }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PostedError };
