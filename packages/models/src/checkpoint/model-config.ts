import type { JsonObject } from './describe';

/** `model_type` of a family. */
export type ModelType = 'bert' | 'camembert' | 'distilbert' | 'electra' | 'llama' | 'mpnet' | 'roberta' | 'xlm-roberta';

/** What an encoder's head is for. */
export type Task = 'sequence-classification' | 'token-classification' | 'masked-lm';

/** What a model's head is for. */
export type ModelTask = Task | 'causal-lm';

/** What a sequence classifier learns, by transformers' names. */
export const problemTypes = ['single_label_classification', 'multi_label_classification', 'regression'] as const;
export type ProblemType = (typeof problemTypes)[number];

export type HiddenAct = 'gelu' | 'silu';

/** A model's `config.json` under one set of names, the same for every family. */
export interface ModelConfig {
  readonly modelType: ModelType;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  /** Width of the embeddings; the model's own but in a family that projects them. */
  readonly embeddingSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  /** Most tokens of a sequence. */
  readonly maxPositions: number;
  /** Rows of the token type table; 0 in a family that has none. */
  readonly typeVocabSize: number;
  /** What keeps a norm from dividing by 0, inside its square root. */
  readonly layerNormEps: number;
  /** `gelu` is the exact one, x · Φ(x), as transformers has it; `silu` is x · σ(x). */
  readonly hiddenAct: HiddenAct;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
  readonly initializerRange: number;
  readonly padTokenId: number;
  /** Label names by id: the head has one output each. */
  readonly labels: readonly string[];
  /** Absent: transformers chooses by the number and type of the labels. */
  readonly problemType?: ProblemType;
  /** What only a decoder has: of a `llama`. */
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
  readonly rope: Rope;
  /** Whether the head's matrix is the table of word embeddings. */
  readonly tied: boolean;
}

/** How positions turn queries and keys: the base of the frequencies, and how a longer context than was trained on stretches them. */
export type Rope = { readonly theta: number } & (
  | { readonly type: 'default' }
  | { readonly type: 'linear'; readonly factor: number }
  | ({ readonly type: 'llama3' } & Llama3Scaling)
);

export interface Llama3Scaling {
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  /** Tokens of the context before it was stretched. */
  readonly originalMaxPositions: number;
}

/** Whether texts of a pair are told apart by their segment: a model of one segment has the same for all tokens. */
export const hasSegments = ({ typeVocabSize }: Pick<ModelConfig, 'typeVocabSize'>): boolean => typeVocabSize > 1;

/** What a tokenizer that is saved beside a model has to know of it: a model of one segment takes no type ids. */
export const tokenizedModel = (config: ModelConfig) => ({
  modelType: config.modelType,
  maxPositions: config.maxPositions,
  typeVocabSize: hasSegments(config) ? config.typeVocabSize : 0,
});
