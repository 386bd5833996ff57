import type { ModelConfig, ModelType } from './config';

/** What a number in `config.json` may be. */
interface Kind {
  readonly expected: string;
  readonly accepts: (value: number) => boolean;
}

/** One number of a `ModelConfig`, as a family's `config.json` has it. */
export interface Field {
  readonly name: string;
  /** Another name transformers reads it by. */
  readonly alias?: string;
  /** transformers' default, or the field whose value it takes. */
  readonly absent: number | NumberKey;
  readonly kind: Kind;
  /** `null` is the same as absent. */
  readonly nullable?: boolean;
}

/** The fields of a `ModelConfig` that are numbers, in the order they are read. */
export const numberKeys = [
  'vocabSize',
  'hiddenSize',
  'layers',
  'heads',
  'intermediateSize',
  'maxPositions',
  'typeVocabSize',
  'layerNormEps',
  'hiddenDropout',
  'attentionDropout',
  'classifierDropout',
  'initializerRange',
  'padTokenId',
] as const satisfies readonly (keyof ModelConfig)[];
export type NumberKey = (typeof numberKeys)[number];

function integer(least: number, most: number): Kind {
  return {
    expected: `an integer from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && value >= least && value <= most,
  };
}

// Bounds far above any real model: a damaged number must not become an absurd allocation.
const size = integer(1, 2 ** 24);
const count = integer(1, 1024);
const id = integer(0, 2 ** 24);
const rate: Kind = { expected: 'a number in [0, 1)', accepts: (value) => value >= 0 && value < 1 };
const positive: Kind = { expected: 'a number above 0', accepts: (value) => value > 0 && Number.isFinite(value) };
const deviation: Kind = { expected: 'a number ≥ 0', accepts: (value) => value >= 0 && Number.isFinite(value) };

const shared = {
  vocabSize: { name: 'vocab_size', absent: 30_522, kind: size },
  maxPositions: { name: 'max_position_embeddings', absent: 512, kind: size },
  initializerRange: { name: 'initializer_range', absent: 0.02, kind: deviation },
  padTokenId: { name: 'pad_token_id', absent: 0, kind: id, nullable: true },
} satisfies Partial<Record<NumberKey, Field>>;

/**
 * What each family calls a number and what it is where the file is silent; a bare number is one the family fixes.
 *
 * Source: transformers' `BertConfig` and `DistilBertConfig`.
 */
export const fieldsOf: Readonly<Record<ModelType, Readonly<Record<NumberKey, Field | number>>>> = {
  bert: {
    ...shared,
    hiddenSize: { name: 'hidden_size', absent: 768, kind: size },
    layers: { name: 'num_hidden_layers', absent: 12, kind: count },
    heads: { name: 'num_attention_heads', absent: 12, kind: count },
    intermediateSize: { name: 'intermediate_size', absent: 3072, kind: size },
    typeVocabSize: { name: 'type_vocab_size', absent: 2, kind: size },
    layerNormEps: { name: 'layer_norm_eps', absent: 1e-12, kind: positive },
    hiddenDropout: { name: 'hidden_dropout_prob', absent: 0.1, kind: rate },
    attentionDropout: { name: 'attention_probs_dropout_prob', absent: 0.1, kind: rate },
    classifierDropout: { name: 'classifier_dropout', absent: 'hiddenDropout', kind: rate, nullable: true },
  },
  distilbert: {
    ...shared,
    hiddenSize: { name: 'dim', alias: 'hidden_size', absent: 768, kind: size },
    layers: { name: 'n_layers', alias: 'num_hidden_layers', absent: 6, kind: count },
    heads: { name: 'n_heads', alias: 'num_attention_heads', absent: 12, kind: count },
    intermediateSize: { name: 'hidden_dim', absent: 3072, kind: size },
    typeVocabSize: 0,
    layerNormEps: 1e-12,
    hiddenDropout: { name: 'dropout', absent: 0.1, kind: rate },
    attentionDropout: { name: 'attention_dropout', absent: 0.1, kind: rate },
    classifierDropout: { name: 'seq_classif_dropout', absent: 0.2, kind: rate },
  },
};
