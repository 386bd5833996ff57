import { AttuneError } from '@attune/internal';
import { describe, type JsonObject } from './describe';
import type { DecoderConfig, HiddenAct, ModelConfig, ModelTask, ModelType } from './model-config';

/** What a number in `config.json` may be. */
export interface Kind {
  /** The allowed values in words, for errors. */
  readonly expected: string;
  /** Whether a value is one of them. */
  readonly accepts: (value: number) => boolean;
}

/** One number of a `ModelConfig`, as a family's `config.json` has it. */
export interface Field<Key extends string = NumberKey> {
  /** Its name in the file. */
  readonly name: string;
  /** Another name transformers reads it by. */
  readonly alias?: string;
  /** transformers' default, or the field whose value it takes. */
  readonly absent: number | Key;
  /** The values that it may have. */
  readonly kind: Kind;
  /** `null` is the same as absent. */
  readonly nullable?: boolean;
}

/** The fields of a `ModelConfig` that are numbers, in the order they are read. */
export const numberKeys = [
  'vocabSize',
  'hiddenSize',
  'embeddingSize',
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

export function integer(least: number, most: number): Kind {
  return {
    expected: `an integer from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && value >= least && value <= most,
  };
}

// Bounds far above any real model: a damaged number must not become an absurd allocation.
export const size = integer(1, 2 ** 24);
export const count = integer(1, 1024);
export const id = integer(0, 2 ** 24);
export const rate: Kind = { expected: 'a number in [0, 1)', accepts: (value) => value >= 0 && value < 1 };
export const positive: Kind = { expected: 'a number above 0', accepts: (value) => value > 0 && Number.isFinite(value) };
const deviation: Kind = { expected: 'a number ≥ 0', accepts: (value) => value >= 0 && Number.isFinite(value) };

/** What transformers' families agree on, but for numbers of their own. */
export const commonFields = {
  vocabSize: { name: 'vocab_size', absent: 30_522, kind: size },
  embeddingSize: 'hiddenSize',
  maxPositions: { name: 'max_position_embeddings', absent: 512, kind: size },
  initializerRange: { name: 'initializer_range', absent: 0.02, kind: deviation },
  padTokenId: { name: 'pad_token_id', absent: 0, kind: id, nullable: true },
} satisfies Partial<Record<NumberKey, Field | NumberKey>>;

/** transformers' defaults of the sizes that most families name alike. */
export interface UsualSizes {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
}

/** The sizes under the names that most families have. */
export const usualSizes = ({ hiddenSize, layers, heads, intermediateSize }: UsualSizes) =>
  ({
    hiddenSize: { name: 'hidden_size', absent: hiddenSize, kind: size },
    layers: { name: 'num_hidden_layers', absent: layers, kind: count },
    heads: { name: 'num_attention_heads', absent: heads, kind: count },
    intermediateSize: { name: 'intermediate_size', absent: intermediateSize, kind: size },
  }) satisfies Partial<Record<NumberKey, Field>>;

/** transformers' class of each task of encoders, by what the classes of a family begin with. */
export const encoderClasses = (name: string) => ({
  'sequence-classification': `${name}ForSequenceClassification`,
  'token-classification': `${name}ForTokenClassification`,
  'masked-lm': `${name}ForMaskedLM`,
  custom: `${name}Model`,
});

type FieldOrFixed = Field | number | NumberKey;

/** Whether a number is in the file, not fixed by the family. */
export const isInFile = (field: FieldOrFixed): field is Field => typeof field === 'object';

/** How many rows of the table of positions come before the first token's. */
export const rowsBeforeFirst = (
  { positionsFollowPadding = false }: Pick<ConfigFormat, 'positionsFollowPadding'>,
  { padTokenId }: Pick<ModelConfig, 'padTokenId'>,
): number => (positionsFollowPadding ? padTokenId + 1 : 0);

/** A family's `config.json`: what it calls things, and what they are where the file is silent. */
export interface ConfigFormat {
  /** `model_type` of the file. */
  readonly modelType: ModelType;
  /** The name of the activation, and the only one that the family is computed with. */
  readonly activation: string;
  /** What that activation is called here. */
  readonly hiddenAct: HiddenAct;
  /** transformers' class for each task it is for; a custom head has none there, so its file loads as the bare model (`custom`). */
  readonly classes: Readonly<Partial<Record<ModelTask, string>> & Record<'custom', string>>;
  /** A bare number is one the family fixes; a bare name, the number that it always equals. */
  readonly fields: Readonly<Record<NumberKey, FieldOrFixed>>;
  /**
   * The first token's position is the one behind the padding id: of the rows that the file counts (`max_position_embeddings`), those up to
   * the padding id are no token's. A `ModelConfig` counts the others.
   */
  readonly positionsFollowPadding?: boolean;
  /** Options of the family's own that change what the model computes, and the only value of each that is computed here. */
  readonly only?: Readonly<Record<string, boolean | number | null>>;
  /** Further keys of transformers' configuration of the family, of whose values none changes what is computed here. */
  readonly idle?: readonly string[];
  /** What a decoder's file has besides; absent for an encoder. */
  readonly decoder?: DecoderFormat;
}

/** What a decoder has in its `config.json` beside the numbers that every family has. */
interface DecoderFormat {
  /** The names that it reads. */
  readonly names: readonly string[];
  /** The decoder's part of a configuration. Throws AttuneError CHECKPOINT_CONFIG, beginning with `where`, for a value that cannot be. */
  readonly read: (json: JsonObject, numbers: Readonly<Record<NumberKey, number>>, where: string) => DecoderConfig;
  /** The entries of the file for that part. */
  readonly write: (config: ModelConfig) => JsonObject;
}

/** Entries of `config.json` that tell how the weights were quantized; false of weights in float32. */
export const quantizationEntries = [
  'quantization_config',
  'compression_config',
  'quantization',
  '_pre_quantization_dtype',
];

interface NumberContext<Key extends string> {
  readonly field: Field<Key>;
  /** Fields already read, for one whose default is another's value. */
  readonly before: Readonly<Record<Key, number>>;
  readonly where: string;
}

/** One number of a `config.json`. @throws AttuneError CHECKPOINT_CONFIG for one that cannot be */
export function readNumber<Key extends string>(json: JsonObject, { field, before, where }: NumberContext<Key>): number {
  const { name, alias, absent, kind, nullable } = field;
  const value = json[name] === undefined && alias ? json[alias] : json[name];
  if (value === undefined || (value === null && nullable)) return typeof absent === 'string' ? before[absent] : absent;
  if (typeof value === 'number' && kind.accepts(value)) return value;
  throw invalid(where, `${name} expected ${kind.expected}, got ${describe(value)}`);
}

/** For a value that cannot be. */
export function invalid(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_CONFIG', `${where}: ${what}; correct it, or download the file again`);
}

/** For a model that is valid, and not computed here. */
export function unsupported(
  where: string,
  what: string,
  advice = 'choose another checkpoint, or give a new model that value',
): AttuneError {
  return new AttuneError('CHECKPOINT_UNSUPPORTED', `${where}: ${what}; ${advice}`);
}
