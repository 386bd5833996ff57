import { AttuneError } from '@attune/internal';
import { describe, type JsonObject } from './describe';
import type { DecoderConfig, HiddenAct, ModelConfig, ModelTask, ModelType } from './model-config';

/** Allowed values of a number in `config.json`. */
export interface Kind {
  /** The allowed values in words, for errors. */
  readonly expected: string;
  /** Whether a value is one of them. */
  readonly accepts: (value: number) => boolean;
}

/** One number of a `ModelConfig` as a field of the family's `config.json`. */
export interface Field<Key extends string = NumberKey> {
  /** Its name in the file. */
  readonly name: string;
  /** Another name that transformers reads it under. */
  readonly alias?: string;
  /** Value if the field is absent: transformers' default, or the name of the field whose value it takes. */
  readonly absent: number | Key;
  /** Allowed values. */
  readonly kind: Kind;
  /** Whether `null` counts as absent. */
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

/** Fields that all of transformers' families share. */
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

/** transformers' class for each task of an encoder, from the prefix of the family's class names. */
export const encoderClasses = (name: string) => ({
  'sequence-classification': `${name}ForSequenceClassification`,
  'token-classification': `${name}ForTokenClassification`,
  'masked-lm': `${name}ForMaskedLM`,
  custom: `${name}Model`,
});

type FieldOrFixed = Field | number | NumberKey;

/** Whether a number is in the file, not fixed by the family. */
export const isInFile = (field: FieldOrFixed): field is Field => typeof field === 'object';

/** Number of rows in the position table that precede the row of the first token. */
export const rowsBeforeFirst = (
  { positionsFollowPadding = false }: Pick<ConfigFormat, 'positionsFollowPadding'>,
  { padTokenId }: Pick<ModelConfig, 'padTokenId'>,
): number => (positionsFollowPadding ? padTokenId + 1 : 0);

/** `config.json` of a family: names of its fields and their defaults. */
export interface ConfigFormat {
  /** `model_type` of the file. */
  readonly modelType: ModelType;
  /** Name of the field with the activation, and its only supported value. */
  readonly activation: string;
  /** The activation as a value of `ModelConfig`. */
  readonly hiddenAct: HiddenAct;
  /** transformers' class for each task. transformers has no class for a custom head: its file loads as the bare model (`custom`). */
  readonly classes: Readonly<Partial<Record<ModelTask, string>> & Record<'custom', string>>;
  /** A field of the file, a number that the family fixes, or the name of the number that it always equals. */
  readonly fields: Readonly<Record<NumberKey, FieldOrFixed>>;
  /**
   * Whether the first token's position follows the padding id. The rows of `max_position_embeddings` up to the padding id then belong to no token,
   * and `ModelConfig` counts only the others.
   */
  readonly positionsFollowPadding?: boolean;
  /** Options of this family that change the computation, each with its only supported value. */
  readonly only?: Readonly<Record<string, boolean | number | null>>;
  /** Further keys of transformers' configuration that do not change the computation. */
  readonly idle?: readonly string[];
  /** Fields that only decoders have; absent for an encoder. */
  readonly decoder?: DecoderFormat;
}

/** Fields of a decoder's `config.json` in addition to the numbers of every family. */
interface DecoderFormat {
  /** Names of the fields. */
  readonly names: readonly string[];
  /** Reads the decoder's part of a configuration. Throws AttuneError CHECKPOINT_CONFIG, with a message that begins with `where`, for an invalid value. */
  readonly read: (json: JsonObject, numbers: Readonly<Record<NumberKey, number>>, where: string) => DecoderConfig;
  /** Writes that part as entries of the file. */
  readonly write: (config: ModelConfig) => JsonObject;
}

/** Entries of `config.json` that describe the quantization of the weights; false for weights in float32. */
export const quantizationEntries = [
  'quantization_config',
  'compression_config',
  'quantization',
  '_pre_quantization_dtype',
];

interface NumberContext<Key extends string> {
  readonly field: Field<Key>;
  /** Fields read so far, for fields whose default is another field's value. */
  readonly before: Readonly<Record<Key, number>>;
  readonly where: string;
}

/** Reads one number of a `config.json`. @throws AttuneError CHECKPOINT_CONFIG for an invalid value */
export function readNumber<Key extends string>(json: JsonObject, { field, before, where }: NumberContext<Key>): number {
  const { name, alias, absent, kind, nullable } = field;
  const value = json[name] === undefined && alias ? json[alias] : json[name];
  if (value === undefined || (value === null && nullable)) return typeof absent === 'string' ? before[absent] : absent;
  if (typeof value === 'number' && kind.accepts(value)) return value;
  throw invalid(where, `${name} expected ${kind.expected}, got ${describe(value)}`);
}

/** Error for an invalid value. */
export function invalid(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_CONFIG', `${where}: ${what}; correct it, or download the file again`);
}

/** Error for a valid model that is not supported. */
export function unsupported(
  where: string,
  what: string,
  advice = 'choose another checkpoint, or give a new model that value',
): AttuneError {
  return new AttuneError('CHECKPOINT_UNSUPPORTED', `${where}: ${what}; ${advice}`);
}
