import { AttuneError } from '@attune/engine';
import { describe, isObject, type JsonObject } from './_describe';
import { type ConfigFormat, type Field, type NumberKey, numberKeys } from './config-fields';
import { formats, type ModelType } from './formats';

export const problemTypes = ['single_label_classification', 'multi_label_classification', 'regression'] as const;
export type ProblemType = (typeof problemTypes)[number];

/** An encoder's `config.json` under one set of names, whatever its family calls them. */
export interface ModelConfig {
  readonly modelType: ModelType;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly maxPositions: number;
  /** Rows of the token type table; 0 in DistilBERT, which has none. */
  readonly typeVocabSize: number;
  readonly layerNormEps: number;
  /** `gelu` is the exact one, x · Φ(x), as transformers has it. */
  readonly hiddenAct: 'gelu';
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
  readonly initializerRange: number;
  readonly padTokenId: number;
  /** Label names by id: the head has one output each. */
  readonly labels: readonly string[];
  /** Absent: transformers chooses by the number and type of the labels. */
  readonly problemType?: ProblemType;
  /** The file as it came, so that what is not ours survives saving. */
  readonly original: JsonObject;
}

/**
 * Reads a BERT or DistilBERT `config.json`, as transformers 4 or 5 writes it; what is absent is transformers' default.
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
  const { modelType, fields } = readFormat(json, where);
  refuseUnsupported(json, where);
  const numbers = readNumbers(json, fields, where);
  checkTogether(numbers, where);
  const labels = readLabels(json, where);
  const problemType = readProblemType(json, where);
  if (problemType === 'single_label_classification' && labels.length === 1) {
    throw invalid(where, `problem_type ${problemType} expected two labels or more, got 1`);
  }
  const config = { modelType, hiddenAct: 'gelu' as const, ...numbers, labels, original: json };
  return problemType ? { ...config, problemType } : config;
}

function invalid(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_CONFIG', `${where}: ${what}; correct it, or download the file again`);
}

function unsupported(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_UNSUPPORTED', `${where}: ${what}; choose another checkpoint`);
}

function readFormat({ model_type: given }: JsonObject, where: string): (typeof formats)[number] {
  const format = formats.find(({ modelType }) => modelType === given);
  if (format) return format;
  const what = `model_type expected ${formats.map(({ modelType }) => modelType).join(' or ')}, got ${describe(given)}`;
  throw typeof given === 'string' ? unsupported(where, what) : invalid(where, what);
}

/** Options that change what the model computes, and the only value of each that is computed here. */
const onlyValues: readonly { readonly names: readonly string[]; readonly value: string | boolean }[] = [
  { names: formats.map(({ activation }) => activation), value: 'gelu' },
  { names: ['position_embedding_type'], value: 'absolute' },
  { names: ['is_decoder', 'add_cross_attention'], value: false },
];

function refuseUnsupported(json: JsonObject, where: string): void {
  for (const { names, value } of onlyValues) {
    for (const name of names) {
      const given = json[name];
      if (given === undefined || given === value) continue;
      throw unsupported(where, `${name} expected ${describe(value)}, got ${describe(given)}`);
    }
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

interface NumberContext {
  readonly field: Field;
  /** Fields already read, for one whose default is another's value. */
  readonly before: Readonly<Record<NumberKey, number>>;
  readonly where: string;
}

function readNumber(json: JsonObject, { field, before, where }: NumberContext): number {
  const { name, alias, absent, kind, nullable } = field;
  const given = json[name] === undefined && alias ? json[alias] : json[name];
  if (given === undefined || (given === null && nullable)) return typeof absent === 'string' ? before[absent] : absent;
  if (typeof given === 'number' && kind.accepts(given)) return given;
  throw invalid(where, `${name} expected ${kind.expected}, got ${describe(given)}`);
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
