import { AttuneError, joined } from '@attune/internal';
import {
  type ConfigFormat,
  type Field,
  invalid,
  isInFile,
  type NumberKey,
  numberKeys,
  quantizationEntries,
  readNumber,
  rowsBeforeFirst,
  unsupported,
} from './checkpoint/config-format';
import { describe, isObject, type JsonObject } from './checkpoint/describe';
import { type ModelConfig, type ModelTask, type ProblemType, problemTypes } from './checkpoint/model-config';
import { classFor, formatOf, formats } from './families';

export interface ParseConfigOptions {
  /**
   * Whether to use the labels in the file. If false (the caller has other labels, or the head has no labels), an invalid `id2label` or `problem_type`
   * counts as absent. Default true.
   */
  readonly usesLabels?: boolean;
}

/**
 * Reads the `config.json` of a supported family, as transformers 4 or 5 writes it. Absent fields have transformers' defaults.
 *
 * Throws `AttuneError` `CHECKPOINT_CONFIG` for an invalid value, and `CHECKPOINT_UNSUPPORTED` for a model that is
 * valid but not supported.
 *
 * @param where name of the file, for errors
 * @example
 * const config = parseModelConfig({ model_type: 'distilbert', n_layers: 4, dim: 256, n_heads: 4 }, 'config.json');
 * config.intermediateSize; // 3072
 */
export function parseModelConfig(
  json: unknown,
  where: string,
  { usesLabels = true }: ParseConfigOptions = {},
): ModelConfig {
  if (!isObject(json)) throw invalid(where, `expected a JSON object, got ${describe(json)}`);
  const format = readFormat(json, where);
  const { modelType, fields, hiddenAct } = format;
  refuseUnsupported(json, format, where);
  const inFile = readNumbers(json, fields, where);
  checkTogether(inFile, { fields, where });
  const numbers = { ...inFile, maxPositions: usablePositions(inFile, format, where) };
  const { labels, problemType } = usesLabels ? readHead(json, where) : anyHead(json, where);
  const decoder = format.decoder?.read(json, numbers, where);
  const padTokenId = Math.max(numbers.padTokenId, 0); // padding is never attended to, so any id works
  return {
    ...{ modelType, hiddenAct, ...numbers, padTokenId, labels, original: json },
    ...(problemType && { problemType }),
    ...(decoder && { decoder }),
  };
}

/**
 * Refuses a file of an unsupported family. `parseModelConfig` checks the rest of the file.
 *
 * @throws AttuneError CHECKPOINT_UNSUPPORTED
 */
export function requireFamily(json: unknown, where: string): void {
  if (isObject(json) && typeof json.model_type === 'string') readFormat(json, where);
}

function readFormat({ model_type: value, architectures }: JsonObject, where: string): ConfigFormat {
  const format = formats.find(({ modelType }) => modelType === value) ?? (value == null && ofClass(architectures));
  if (format) return format;
  const types = formats.map(({ modelType }) => modelType);
  const what = `model_type expected ${joined(types, 'or')}, got ${describe(value)}`;
  if (value == null)
    throw new AttuneError(
      'CHECKPOINT_CONFIG',
      `${where}: ${what}; add the right one to the file, such as "model_type": "bert" for early BERT checkpoints, which lack it`,
    );
  if (typeof value !== 'string') throw invalid(where, what);
  throw unsupported(where, what, 'choose a checkpoint of one of these families');
}

/** The family of a transformers class, such as `BertForPreTraining`, for a file without `model_type`. */
function ofClass(architectures: unknown): ConfigFormat | undefined {
  const [name]: unknown[] = Array.isArray(architectures) ? architectures : [];
  if (typeof name !== 'string') return undefined;
  const isOf = ({ classes }: ConfigFormat) =>
    Object.values(classes).includes(name) || name.startsWith(classes.custom.replace(/Model$/, 'For'));
  return formats.find(isOf);
}

/** Options that change the computation, each with its only supported value. */
const onlyValues = { position_embedding_type: 'absolute', is_decoder: false, add_cross_attention: false };

function refuseUnsupported(json: JsonObject, { activation, hiddenAct, only }: ConfigFormat, where: string): void {
  for (const [name, expected] of Object.entries({ [activation]: hiddenAct, ...onlyValues, ...only })) {
    const value = name in onlyValues ? (json[name] ?? undefined) : json[name];
    if (value === undefined || value === expected) continue;
    throw unsupported(where, `${name} expected ${describe(expected)}, got ${describe(value)}`);
  }
  if (isObject(json.pruned_heads) && Object.keys(json.pruned_heads).length > 0) {
    throw unsupported(where, 'pruned_heads expected no entries, got some');
  }
}

function readNumbers(json: JsonObject, fields: ConfigFormat['fields'], where: string): Record<NumberKey, number> {
  const numbers = {} as Record<NumberKey, number>;
  for (const key of numberKeys) {
    const field = fields[key];
    if (isInFile(field)) numbers[key] = readNumber(json, { field, before: numbers, where });
    else numbers[key] = typeof field === 'string' ? numbers[field] : field;
  }
  return numbers;
}

interface TogetherContext {
  readonly fields: ConfigFormat['fields'];
  readonly where: string;
}

function checkTogether(
  { hiddenSize, heads, padTokenId, vocabSize }: Record<NumberKey, number>,
  { fields, where }: TogetherContext,
): void {
  if (hiddenSize % heads !== 0) {
    const [ofHeads, ofHidden] = [fields.heads, fields.hiddenSize].map((field) => (field as Field).name);
    const what = `expected heads that divide the hidden size, got ${heads} heads for ${hiddenSize}`;
    throw invalid(where, `${ofHeads}: ${what} (${ofHidden})`);
  }
  if (padTokenId >= vocabSize) {
    throw invalid(where, `pad_token_id expected an integer below vocab_size ${vocabSize}, got ${padTokenId}`);
  }
}

function usablePositions(numbers: Record<NumberKey, number>, format: ConfigFormat, where: string): number {
  const before = rowsBeforeFirst(format, numbers);
  if (numbers.maxPositions > before) return numbers.maxPositions - before;
  const { name } = format.fields.maxPositions as Field;
  throw invalid(
    where,
    `${name} expected an integer above ${before}, because positions start behind pad_token_id ${numbers.padTokenId}, got ${numbers.maxPositions}`,
  );
}

type HeadConfig = Pick<ModelConfig, 'labels' | 'problemType'>;

function readHead(json: JsonObject, where: string): HeadConfig {
  const labels = labelsOfJson(json, where);
  const problemType = readProblemType(json, where);
  if (problemType === 'single_label_classification' && labels.length === 1) {
    throw invalid(where, `problem_type ${problemType} expected two labels or more, got 1`);
  }
  return { labels, problemType };
}

/** The labels of an unused head, if they can be read. */
function anyHead(json: JsonObject, where: string): HeadConfig {
  try {
    return readHead(json, where);
  } catch {
    return { labels: numberedLabels(defaultLabels, where) };
  }
}

/** Number of outputs of a head; 2 if the file does not specify it, as in transformers. */
const defaultLabels = 2;
const mostLabels = 100_000;

function labelsOfJson(json: JsonObject, where: string): readonly string[] {
  const { id2label } = json;
  if (id2label === undefined || id2label === null) return numberedLabels(json.num_labels, where);
  if (!isObject(id2label)) throw invalid(where, `id2label expected an object, got ${describe(id2label)}`);
  const count = Object.keys(id2label).length;
  if (count === 0) throw invalid(where, 'id2label expected at least one label, got none');
  if (count > mostLabels) throw invalid(where, `id2label expected at most ${mostLabels} labels, got ${count}`);
  return Array.from({ length: count }, (_, id) => {
    const label = id2label[id];
    if (typeof label === 'string' || typeof label === 'number') return `${label}`;
    throw invalid(where, `id2label expected a name for each id 0 to ${count - 1}, got ${describe(label)} for ${id}`);
  });
}

function numberedLabels(count: unknown, where: string): readonly string[] {
  const value = count ?? defaultLabels;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > mostLabels) {
    throw invalid(where, `num_labels expected an integer from 1 to ${mostLabels}, got ${describe(value)}`);
  }
  return Array.from({ length: value }, (_, id) => `LABEL_${id}`);
}

function readProblemType({ problem_type: value }: JsonObject, where: string): ProblemType | undefined {
  if (value === undefined || value === null) return undefined;
  const problemType = problemTypes.find((name) => name === value);
  if (!problemType) throw invalid(where, `problem_type expected ${problemTypes.join(', ')}, got ${describe(value)}`);
  return problemType;
}

/** Keys that are rewritten under the family's own names, so that no older value contradicts them; weights are written in float32. */
const replaced = new Set(['num_labels', 'id2label', 'label2id', 'problem_type', 'torch_dtype', ...quantizationEntries]);

/** Tasks with one output per token of the vocabulary. */
const hasNoLabels: ReadonlySet<ModelTask | 'custom'> = new Set(['masked-lm', 'causal-lm']);

/**
 * `config.json` of a model under Hugging Face's names. Unknown keys of the original file are kept.
 *
 * `dtype` is transformers 5's name and `torch_dtype` is version 4's: both are written, so both versions read the file.
 *
 * @example
 * JSON.stringify(modelConfigToJson({ ...config, labels: ['Finance', 'Health'] }), null, 2);
 */
export function modelConfigToJson(
  config: ModelConfig,
  task: ModelTask | 'custom' = 'sequence-classification',
): Record<string, unknown> {
  const { modelType, activation, decoder } = formatOf(config.modelType);
  return {
    ...keptOf(config),
    architectures: [classFor(modelType, task)],
    model_type: modelType,
    [activation]: config.hiddenAct,
    ...numbersOf(config),
    ...decoder?.write(config),
    ...(!hasNoLabels.has(task) && labelsOf(config)),
    ...(!hasNoLabels.has(task) && task !== 'token-classification' && problemTypeOf(config)),
    dtype: 'float32',
    torch_dtype: 'float32',
  };
}

function labelsOf({ labels }: ModelConfig): JsonObject {
  return {
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

const problemTypeOf = ({ problemType }: ModelConfig): JsonObject => (problemType ? { problem_type: problemType } : {});

function keptOf({ modelType, original }: ModelConfig): JsonObject {
  const aliases = Object.values(formatOf(modelType).fields).map((field) => isInFile(field) && field.alias);
  return Object.fromEntries(
    Object.entries(original).filter(([name]) => !replaced.has(name) && !aliases.includes(name)),
  );
}

function numbersOf(config: ModelConfig): JsonObject {
  const format = formatOf(config.modelType);
  const inFile = { ...config, maxPositions: config.maxPositions + rowsBeforeFirst(format, config) };
  return Object.fromEntries(
    numberKeys.flatMap((key) => {
      const field = format.fields[key];
      return isInFile(field) ? [[field.name, inFile[key]]] : [];
    }),
  );
}
