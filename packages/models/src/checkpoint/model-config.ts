import type { JsonObject } from './describe';

/** `model_type` of a family. */
export type ModelType =
  | 'bert'
  | 'camembert'
  | 'distilbert'
  | 'electra'
  | 'gemma3_text'
  | 'llama'
  | 'mistral'
  | 'mpnet'
  | 'qwen2'
  | 'qwen3'
  | 'roberta'
  | 'xlm-roberta';

/** Task of an encoder's head. */
export type Task = 'sequence-classification' | 'token-classification' | 'masked-lm';

/** Task of a model's head. */
export type ModelTask = Task | 'causal-lm';

/** Problem types of a sequence classifier, under transformers' names. */
export const problemTypes = ['single_label_classification', 'multi_label_classification', 'regression'] as const;
/** One label per text, any number of labels per text, or a number per text. */
export type ProblemType = (typeof problemTypes)[number];

export type HiddenAct = 'gelu' | 'gelu_pytorch_tanh' | 'silu';

/** A model's `config.json` under one set of names for every family. */
export interface ModelConfig {
  /** The family, `model_type` of the file. */
  readonly modelType: ModelType;
  /** Rows of the table of word embeddings: the size of the vocabulary. */
  readonly vocabSize: number;
  /** Channels of a token's hidden state. */
  readonly hiddenSize: number;
  /** Channels of a token's embedding; equals `hiddenSize` except in families that project embeddings. */
  readonly embeddingSize: number;
  /** Number of layers. */
  readonly layers: number;
  /** Attention heads per layer, a divisor of `hiddenSize` in an encoder. */
  readonly heads: number;
  /** Channels of the inner layer of a feed-forward block. */
  readonly intermediateSize: number;
  /** Maximum number of tokens per text, special tokens included. */
  readonly maxPositions: number;
  /** Rows of the token type table; 0 in a family without token types. */
  readonly typeVocabSize: number;
  /** Epsilon of a norm, added inside the square root. */
  readonly layerNormEps: number;
  /** `gelu` is the exact x · Φ(x), as in transformers; `gelu_pytorch_tanh` is its tanh approximation; `silu` is x · σ(x). */
  readonly hiddenAct: HiddenAct;
  /** Dropout rate after the embeddings and within layers, in [0, 1). */
  readonly hiddenDropout: number;
  /** Dropout rate of attention probabilities, in [0, 1). */
  readonly attentionDropout: number;
  /** Dropout rate before a classifier, in [0, 1). */
  readonly classifierDropout: number;
  /** Standard deviation of initialized weights, ≥ 0. */
  readonly initializerRange: number;
  /** Id of the padding token. */
  readonly padTokenId: number;
  /** Label names by id: the head has one output per label. */
  readonly labels: readonly string[];
  /** Problem type of a sequence classifier; by default transformers chooses by the number and type of the labels. */
  readonly problemType?: ProblemType;
  /** Configuration that only decoders have; default none, as in encoders. */
  readonly decoder?: DecoderConfig;
  /** The file as read, so that unknown keys are kept on saving. */
  readonly original: JsonObject;
}

/** Configuration of a decoder, in addition to that of every model. */
export interface DecoderConfig {
  /** Number of key and value heads. Groups of query heads share one. */
  readonly keyValueHeads: number;
  /** Channels per head. */
  readonly headDim: number;
  /** Rotary position embedding of queries and keys. */
  readonly rope: Rope;
  /** Whether the head shares its matrix with the table of word embeddings. */
  readonly tied: boolean;
  /** Sliding-window attention; default none. */
  readonly window?: SlidingWindow;
  /** Rotary position embedding in layers with a sliding window; default the same as in the other layers. */
  readonly localRope?: Rope;
  /** Attention scores are divided by the square root of this; default `headDim`. */
  readonly queryScalar?: number;
}

/** Sliding-window attention of some layers. */
export interface SlidingWindow {
  /** Tokens that a token attends to, itself included. */
  readonly size: number;
  /** Whether each layer uses the window. */
  readonly layers: readonly boolean[];
}

/** Rotary position embedding: base of the frequencies, and scaling for contexts longer than those of pretraining. */
export type Rope = {
  /** Base of the frequencies, above 0: channel pair i rotates by theta^(−2i / headDim) per position. */
  readonly theta: number;
} & (
  | {
      /** No scaling. */
      readonly type: 'default';
    }
  | {
      /** Dynamic scaling applies only to texts longer than `maxPositions`, which are refused, so it changes nothing here. */
      readonly type: 'dynamic';
      /** Factor by which the context grows, ≥ 1. */
      readonly factor: number;
    }
  | {
      /** All positions are divided by `factor`. */
      readonly type: 'linear';
      /** Factor by which the context grows, ≥ 1. */
      readonly factor: number;
    }
  | ({
      /** Only long wavelengths are stretched. */
      readonly type: 'llama3';
    } & Llama3Scaling)
  | ({
      /** Long wavelengths are stretched, and queries and keys are scaled. */
      readonly type: 'yarn';
    } & YarnScaling)
);

/** Llama 3.1's scaling, which stretches wavelengths that are long relative to the original context. */
export interface Llama3Scaling {
  /** Factor by which the context grows, ≥ 1. */
  readonly factor: number;
  /** Waves with fewer periods than this in the original context are stretched in full. */
  readonly lowFrequencyFactor: number;
  /** Waves with more periods than this in the original context are not stretched; those in between are stretched in part. */
  readonly highFrequencyFactor: number;
  /** Length of the original context in tokens. */
  readonly originalMaxPositions: number;
}

/** YaRN's scaling, which stretches waves with few periods in the original context. */
export interface YarnScaling {
  /** Factor by which the context grows, ≥ 1. */
  readonly factor: number;
  /** Waves with more periods than this in the original context are not stretched. */
  readonly betaFast: number;
  /** Waves with fewer periods than this in the original context are stretched in full; those in between are stretched in part. */
  readonly betaSlow: number;
  /** Length of the original context in tokens. */
  readonly originalMaxPositions: number;
  /** Factor of rotated queries and keys. */
  readonly attentionFactor: number;
  /** Whether the bounds between those waves are rounded to whole channel pairs. */
  readonly truncates: boolean;
}

/** Whether the model distinguishes the two texts of a pair by segment. A model with one segment gives all tokens the same one. */
export const hasSegments = ({ typeVocabSize }: Pick<ModelConfig, 'typeVocabSize'>): boolean => typeVocabSize > 1;

/** Properties of the model that a tokenizer saved with it depends on: a model with one segment takes no type ids. */
export const tokenizedModel = (config: ModelConfig) => ({
  modelType: config.modelType,
  maxPositions: config.maxPositions,
  typeVocabSize: hasSegments(config) ? config.typeVocabSize : 0,
});
