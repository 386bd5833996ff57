import type { DecoderConfig } from '../llama/config';
import { invalid, unsupported } from './_config-errors';
import { describe, isObject, type JsonObject } from './_describe';
import { type ConfigFormat, type NumberKey, numberKeys } from './config-fields';
import { formats, type ModelType } from './formats';
import { readNumber } from './read-number';

export const problemTypes = ['single_label_classification', 'multi_label_classification', 'regression'] as const;
export type ProblemType = (typeof problemTypes)[number];

export type HiddenAct = 'gelu' | 'silu';

/** A model's `config.json` under one set of names, whatever its family calls them. */
export interface ModelConfig {
  readonly modelType: ModelType;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
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
  /** The file as it came, so that what is not ours survives saving. */
  readonly original: JsonObject;
}

/**
 * Reads a BERT, DistilBERT or Llama `config.json`, as transformers 4 or 5 writes it; what is absent is transformers' default.
 *
 * Throws `AttuneError` `CHECKPOINT_CONFIG` for a value that cannot be, and `CHECKPOINT_UNSUPPORTED` for a model that is
 * valid but not one of these.
 *
 * @param where the file's name, for errors
 * @example
 * const config = parseModelConfig({ model_type: 'distilbert', n_layers: 4, dim: 256, n_heads: 4 }, 'config.json');
 * config.intermediateSize; // 3072
 */
export function parseModelConfig(json: unknown, where: string): ModelConfig {
  if (!isObject(json)) throw invalid(where, `expected a JSON object, got ${describe(json)}`);
  const format = readFormat(json, where);
  const { modelType, fields, hiddenAct } = format;
  refuseUnsupported(json, format, where);
  const numbers = readNumbers(json, fields, where);
  checkTogether(numbers, where);
  const labels = readLabels(json, where);
  const problemType = readProblemType(json, where);
  if (problemType === 'single_label_classification' && labels.length === 1) {
    throw invalid(where, `problem_type ${problemType} expected two labels or more, got 1`);
  }
  const decoder = format.decoder?.read(json, numbers, where);
  const padTokenId = Math.max(numbers.padTokenId, 0); // no row's remainder is looked at, so any id does
  return {
    ...{ modelType, hiddenAct, ...numbers, padTokenId, labels, original: json },
    ...(problemType && { problemType }),
    ...(decoder && { decoder }),
  };
}

function readFormat({ model_type: given }: JsonObject, where: string): ConfigFormat<ModelType> {
  const format = formats.find(({ modelType }) => modelType === given);
  if (format) return format;
  const types = formats.map(({ modelType }) => modelType);
  const what = `model_type expected ${types.slice(0, -1).join(', ')} or ${types.at(-1)}, got ${describe(given)}`;
  throw typeof given === 'string' ? unsupported(where, what) : invalid(where, what);
}

/** Options that change what the model computes, and the only value of each that is computed here. */
const onlyValues = { position_embedding_type: 'absolute', is_decoder: false, add_cross_attention: false };
const activations = new Set(formats.map(({ activation }) => activation));

function refuseUnsupported(json: JsonObject, { hiddenAct, only }: ConfigFormat, where: string): void {
  const ofActivations = Object.fromEntries([...activations].map((name) => [name, hiddenAct]));
  for (const [name, value] of Object.entries({ ...ofActivations, ...onlyValues, ...only })) {
    const given = json[name];
    if (given === undefined || given === value) continue;
    throw unsupported(where, `${name} expected ${describe(value)}, got ${describe(given)}`);
  }
  if (isObject(json.pruned_heads) && Object.keys(json.pruned_heads).length > 0) {
    throw unsupported(where, 'pruned_heads expected none, got some');
  }
}

function readNumbers(json: JsonObject, fields: ConfigFormat['fields'], where: string): Record<NumberKey, number> {
  const numbers = {} as Record<NumberKey, number>;
  for (const key of numberKeys) {
    const field = fields[key];
    numbers[key] = typeof field === 'number' ? field : readNumber(json, { field, before: numbers, where });
  }
  return numbers;
}

function checkTogether({ hiddenSize, heads, padTokenId, vocabSize }: Record<NumberKey, number>, where: string): void {
  if (hiddenSize % heads !== 0) {
    throw invalid(where, `expected heads that divide the hidden size, got ${heads} heads for ${hiddenSize}`);
  }
  if (padTokenId >= vocabSize) {
    throw invalid(where, `pad_token_id expected an integer below vocab_size ${vocabSize}, got ${padTokenId}`);
  }
}

/** A head's outputs are 2 where nothing says, as in transformers. */
const defaultLabels = 2;
const mostLabels = 100_000;

function readLabels(json: JsonObject, where: string): readonly string[] {
  const { id2label } = json;
  if (id2label === undefined || id2label === null) return numberedLabels(json.num_labels, where);
  if (!isObject(id2label)) throw invalid(where, `id2label expected an object, got ${describe(id2label)}`);
  const count = Object.keys(id2label).length;
  if (count === 0) throw invalid(where, 'id2label expected at least one label, got none');
  return Array.from({ length: count }, (_, id) => {
    const label = id2label[id];
    if (typeof label === 'string') return label;
    throw invalid(where, `id2label expected a name for each id 0 to ${count - 1}, got ${describe(label)} for ${id}`);
  });
}

function numberedLabels(count: unknown, where: string): readonly string[] {
  const given = count ?? defaultLabels;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1 || given > mostLabels) {
    throw invalid(where, `num_labels expected an integer from 1 to ${mostLabels}, got ${describe(given)}`);
  }
  return Array.from({ length: given }, (_, id) => `LABEL_${id}`);
}

function readProblemType({ problem_type: given }: JsonObject, where: string): ProblemType | undefined {
  if (given === undefined || given === null) return undefined;
  const problemType = problemTypes.find((name) => name === given);
  if (!problemType) throw invalid(where, `problem_type expected ${problemTypes.join(', ')}, got ${describe(given)}`);
  return problemType;
}
