import { totalmem } from 'node:os';
import { didYouMean } from '@attune/data';
import { AttuneError, joined } from '@attune/internal';
import { families, type ModelConfig, type ModelTask, parseModelConfig } from '@attune/models';
import { aliasesOf, checkKeys, isWhole, type NumberKey, nameOf } from './config-keys';

// The config.json of a new model: the entries of its file over a small model of its family, or over transformers' defaults.

type Json = Readonly<Record<string, unknown>>;
type ModelType = ModelConfig['modelType'];

/**
 * The small model of every family: 4 layers, hidden 256, 4 heads, and its own vocabulary of 8,000.
 *
 * Weights start at 1/√hidden: from transformers' 0.02, meant for hidden 768 and long pre-training, a small model
 * learns late (macro-F1 on the NAICS index after 8 epochs .74 against .80, measured).
 */
const small: Readonly<Partial<Record<NumberKey, number>>> = {
  layers: 4,
  hiddenSize: 256,
  heads: 4,
  intermediateSize: 1024,
  vocabSize: 8000,
  initializerRange: 0.0625,
};

/** Settings of the published models related to RoBERTa that differ from transformers' defaults. */
const robertas: Json = { max_position_embeddings: 514, type_vocab_size: 1 };

/** Settings of the small decoders that differ from transformers' defaults. */
const decoders: Json = {
  num_key_value_heads: 2,
  intermediate_size: 688,
  max_position_embeddings: 2048,
  tie_word_embeddings: true,
};

/** Further settings of a family's small model, and those that differ. */
const smallOf: Readonly<Partial<Record<ModelType, Json>>> = {
  camembert: robertas,
  mpnet: { max_position_embeddings: 514 },
  roberta: robertas,
  'xlm-roberta': robertas,
  gemma3_text: { ...decoders, head_dim: 64, query_pre_attn_scalar: 64, sliding_window: 512 },
  llama: decoders,
  mistral: { ...decoders, sliding_window: null },
  qwen2: decoders,
  qwen3: { ...decoders, head_dim: 64 },
};

/** Entries that are not taken from the file: the data and the new vocabulary decide them, or they name another model. */
const decidedAnew = [
  'id2label',
  'label2id',
  'num_labels',
  'problem_type',
  'name_or_path',
  'finetuning_task',
  'auto_map',
];
const isDecidedAnew = (key: string) => decidedAnew.includes(key) || /^_|_token_ids?$/.test(key);

export interface NewConfigOptions {
  /** The task of the head. */
  readonly task: ModelTask;
  /** Its file, for errors. */
  readonly where: string;
  /** Receives the keys without effect; default none. */
  readonly onNote?: (note: string) => void;
}

/**
 * The configuration of a new model. A file with `model_type` and every size is a whole `config.json`, with transformers' defaults for absent
 * keys; any other file changes some numbers of the small model of its family.
 *
 * @throws AttuneError CONFIG_INVALID for a key that its family does not have, CHECKPOINT_CONFIG and CHECKPOINT_UNSUPPORTED for an invalid
 * or unsupported value, MODEL_TASK for a family without a head for the task
 * @example
 * newModelConfig({ dim: 64 }, { task: 'masked-lm', where: 'tiny.json' }).layers; // 4
 */
export function newModelConfig(given: Json, { task, where, onNote }: NewConfigOptions): ModelConfig {
  const type = typeOf(given, { task, where });
  const unknown = checkKeys(given, { type, where });
  if (unknown.length > 0) onNote?.(`${where}: without effect: ${unknown.join(', ')}`);
  const own = ownOf(given, type);
  const defaults = isWhole(given, type) ? {} : smallUnder(own, type);
  const tokens = families[type].format.decoder ? { bos_token_id: 0, eos_token_id: 1 } : {}; // the first two of its vocabulary
  const config = parseModelConfig({ model_type: type, ...defaults, ...tokens, ...own }, where);
  checkSize(config, where);
  return config;
}

/** Refuses sizes that together exceed the memory, before anything is allocated. */
function checkSize(config: ModelConfig, where: string): void {
  const specs = families[config.modelType].specs({ ...config, vocabSize: 1 }); // the texts decide the size of the vocabulary
  const parameters = Object.values(specs).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const gigabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 30).toLocaleString('en-US')} GB`;
  const bytes = parameters * Float32Array.BYTES_PER_ELEMENT;
  if (bytes <= totalmem()) return;
  throw new AttuneError(
    'CONFIG_INVALID',
    `${where}: expected a model that fits into this machine's ${gigabytes(totalmem())} of memory, got one of ${gigabytes(bytes)}; choose fewer layers or smaller sizes`,
  );
}

function typeOf({ model_type: value }: Json, { task, where }: NewConfigOptions): ModelType {
  const type = value ?? (task === 'causal-lm' ? 'llama' : 'distilbert');
  const types = Object.keys(families) as ModelType[];
  const known = types.find((each) => each === type);
  if (known === undefined) {
    const got = typeof type === 'string' ? JSON.stringify(type.slice(0, 60)) : `${typeof type}`;
    const advice = didYouMean(`${type}`, types) || '; write the sizes under the names of one of these';
    throw new AttuneError('CONFIG_INVALID', `${where}: model_type: expected ${types.join(', ')}, got ${got}${advice}`);
  }
  const { classes } = families[known].format;
  if (classes[task]) return known;
  const able = types.filter((each) => families[each].format.classes[task]);
  throw new AttuneError(
    'MODEL_TASK',
    `${where}: model_type: for ${task} expected ${joined(able, 'or')}, got ${known}; use the config.json of one of these, or another task`,
  );
}

/** The entries of the file, under the family's own names. */
function ownOf(given: Json, type: ModelType): Json {
  const aliases = aliasesOf(type);
  const own = Object.entries(given).filter(([key]) => !isDecidedAnew(key));
  const renamed = own.filter(([key]) => Object.hasOwn(aliases, key)).map(([key, value]) => [aliases[key], value]);
  return { ...Object.fromEntries(renamed), ...Object.fromEntries(own.filter(([key]) => !Object.hasOwn(aliases, key))) };
}

/** The small model, without heads of keys and values that the file's heads cannot share. */
function smallUnder(own: Json, type: ModelType): Json {
  const numbers = Object.entries(small).map(([key, value]) => [nameOf(type, key as NumberKey)!, value]);
  const all: Json = { ...Object.fromEntries(numbers), ...smallOf[type] };
  const { num_key_value_heads: shared, ...others } = all;
  const heads = own.num_attention_heads;
  const divides = shared !== undefined && (typeof heads !== 'number' || heads % Number(shared) === 0);
  return divides ? all : others;
}
