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

/** What an encoder's head is for. */
export type Task = 'sequence-classification' | 'token-classification' | 'masked-lm';

/** What a model's head is for. */
export type ModelTask = Task | 'causal-lm';

/** What a sequence classifier learns, by transformers' names. */
export const problemTypes = ['single_label_classification', 'multi_label_classification', 'regression'] as const;
/** One label per text, any number of them, or a number. */
export type ProblemType = (typeof problemTypes)[number];

export type HiddenAct = 'gelu' | 'gelu_pytorch_tanh' | 'silu';

/** A model's `config.json` under one set of names, the same for every family. */
export interface ModelConfig {
  /** The family, `model_type` of the file. */
  readonly modelType: ModelType;
  /** Rows of the table of word embeddings: tokens that the model knows. */
  readonly vocabSize: number;
  /** Channels of a token's hidden state. */
  readonly hiddenSize: number;
  /** Channels of a token's embedding; `hiddenSize` but in a family that projects them. */
  readonly embeddingSize: number;
  /** Number of layers. */
  readonly layers: number;
  /** Attention heads per layer, a divisor of `hiddenSize` in an encoder. */
  readonly heads: number;
  /** Channels inside a layer's feed-forward block. */
  readonly intermediateSize: number;
  /** Most tokens per text, special tokens included. */
  readonly maxPositions: number;
  /** Rows of the token type table; 0 in a family that has none. */
  readonly typeVocabSize: number;
  /** What keeps a norm from dividing by 0, inside its square root. */
  readonly layerNormEps: number;
  /** `gelu` is the exact one, x · Φ(x), as transformers has it, `gelu_pytorch_tanh` the one by tanh; `silu` is x · σ(x). */
  readonly hiddenAct: HiddenAct;
  /** Rate of the dropout after embeddings and within layers, in [0, 1). */
  readonly hiddenDropout: number;
  /** Rate of the dropout of attention probabilities, in [0, 1). */
  readonly attentionDropout: number;
  /** Rate of the dropout before a classifier, in [0, 1). */
  readonly classifierDropout: number;
  /** Standard deviation of freshly initialized weights, ≥ 0. */
  readonly initializerRange: number;
  /** Token id that fills rows up. */
  readonly padTokenId: number;
  /** Label names by id: the head has one output each. */
  readonly labels: readonly string[];
  /** What a sequence classifier learns; by default transformers chooses by the number and type of the labels. */
  readonly problemType?: ProblemType;
  /** What only a decoder has; default none, of an encoder. */
  readonly decoder?: DecoderConfig;
  /** The file as it was read, so that keys unknown here survive saving. */
  readonly original: JsonObject;
}

/** What a decoder has beside the numbers that every model has. */
export interface DecoderConfig {
  /** Heads of keys and values, which the heads of queries share in groups. */
  readonly keyValueHeads: number;
  /** Channels of one head. */
  readonly headDim: number;
  /** How positions turn queries and keys. */
  readonly rope: Rope;
  /** Whether the head's matrix is the table of word embeddings. */
  readonly tied: boolean;
  /** Which layers look back over a window alone; default none. */
  readonly window?: SlidingWindow;
  /** How positions turn queries and keys in layers with a window; default as in the others. */
  readonly localRope?: Rope;
  /** Attention scores are divided by its root; default `headDim`. */
  readonly queryScalar?: number;
}

/** Layers that look back over a window alone. */
export interface SlidingWindow {
  /** Tokens that a token sees, itself among them. */
  readonly size: number;
  /** Whether each layer has the window. */
  readonly layers: readonly boolean[];
}

/** How positions turn queries and keys: the base of the frequencies, and how a longer context than was trained on stretches them. */
export type Rope = {
  /** Base of the frequencies, above 0: channel pair i turns by theta^(−2i / headDim) per position. */
  readonly theta: number;
} & (
  | {
      /** Positions are as they were trained. */
      readonly type: 'default';
    }
  | {
      /** Texts longer than `maxPositions` alone are stretched, which none is here. */
      readonly type: 'dynamic';
      /** How many times longer the context becomes, ≥ 1. */
      readonly factor: number;
    }
  | {
      /** All positions are divided by `factor`. */
      readonly type: 'linear';
      /** How many times longer the context becomes, ≥ 1. */
      readonly factor: number;
    }
  | ({
      /** Only the long waves are stretched. */
      readonly type: 'llama3';
    } & Llama3Scaling)
  | ({
      /** The long waves are stretched, and queries and keys grow. */
      readonly type: 'yarn';
    } & YarnScaling)
);

/** How Llama 3.1 and later stretch the waves that are longer than the original context has room for. */
export interface Llama3Scaling {
  /** How many times longer the context becomes, ≥ 1. */
  readonly factor: number;
  /** Waves that fit fewer times than this into the original context are stretched in full. */
  readonly lowFrequencyFactor: number;
  /** Waves that fit more often than this into the original context stay; those between are stretched in part. */
  readonly highFrequencyFactor: number;
  /** Tokens of the context before it was stretched. */
  readonly originalMaxPositions: number;
}

/** How YaRN stretches the waves that turn seldom within the original context. */
export interface YarnScaling {
  /** How many times longer the context becomes, ≥ 1. */
  readonly factor: number;
  /** Waves that turn more often than this in the original context stay. */
  readonly betaFast: number;
  /** Waves that turn fewer times than this in the original context are stretched in full; those between are stretched in part. */
  readonly betaSlow: number;
  /** Tokens of the context before it was stretched. */
  readonly originalMaxPositions: number;
  /** What turned queries and keys are multiplied by. */
  readonly attentionFactor: number;
  /** Whether the bounds between those waves are whole channel pairs. */
  readonly truncates: boolean;
}

/** Whether texts of a pair are told apart by their segment: a model of one segment has the same for all tokens. */
export const hasSegments = ({ typeVocabSize }: Pick<ModelConfig, 'typeVocabSize'>): boolean => typeVocabSize > 1;

/** What a tokenizer that is saved beside a model has to know of it: a model of one segment takes no type ids. */
export const tokenizedModel = (config: ModelConfig) => ({
  modelType: config.modelType,
  maxPositions: config.maxPositions,
  typeVocabSize: hasSegments(config) ? config.typeVocabSize : 0,
});
