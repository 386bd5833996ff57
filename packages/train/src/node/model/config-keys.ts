import { didYouMean, suggest } from '@attune/data';
import { AttuneError, joined } from '@attune/internal';
import { families, type ModelConfig } from '@attune/models';

// The keys that the config.json of a new model may have: its family's own, and those of every transformers model.

type ModelType = ModelConfig['modelType'];
type Fields = (typeof families)[ModelType]['format']['fields'];
export type NumberKey = keyof Fields;

/** Keys of every transformers model without effect here: how it was saved, and how a library runs it or generates with it. */
const idle = new Set([
  ...['architectures', 'auto_map', 'model_type', 'name_or_path', 'tokenizer_class', 'transformers_version'],
  ...['dtype', 'torch_dtype', 'torchscript', 'use_bfloat16', 'xla_device', 'tf_legacy_loss', 'transformers.js_config'],
  ...['attn_implementation', 'chunk_size_feed_forward', 'gradient_checkpointing', 'use_cache', 'output_past'],
  ...['output_attentions', 'output_hidden_states', 'output_scores', 'return_dict', 'return_dict_in_generate'],
  ...['finetuning_task', 'id2label', 'label2id', 'num_labels', 'problem_type', 'task_specific_params', 'prefix'],
  ...['do_sample', 'early_stopping', 'temperature', 'top_k', 'top_p', 'typical_p', 'max_length', 'min_length'],
  ...['num_beams', 'num_beam_groups', 'num_return_sequences', 'diversity_penalty', 'length_penalty'],
  ...['repetition_penalty', 'exponential_decay_length_penalty', 'no_repeat_ngram_size', 'bad_words_ids'],
  ...['encoder_no_repeat_ngram_size', 'suppress_tokens', 'begin_suppress_tokens', 'remove_invalid_values'],
]);

/** Kinds of such keys: private ones, ids of tokens (a new vocabulary has its own), and BERT's pooler of TensorFlow. */
const idleKinds = [/^_(?!_)/, /_token_ids?$/, /^pooler_/, /^unsloth_/];

/** Keys of every transformers model that `parseModelConfig` checks, and `tie_word_embeddings`. */
const checkedElsewhere = ['position_embedding_type', 'is_decoder', 'add_cross_attention', 'pruned_heads'];
const ties = 'tie_word_embeddings';

/** Keys with only one supported value. */
const onlyValues: Readonly<Record<string, unknown>> = {
  is_encoder_decoder: false,
  tie_encoder_decoder: false,
  cross_attention_hidden_size: null,
  quantization_config: null,
};
const onlyValuesOf: Readonly<Partial<Record<ModelType, Readonly<Record<string, unknown>>>>> = {
  distilbert: { sinusoidal_pos_embds: false },
  llama: { rope_interleaved: false },
};

/** Names of a model's numbers in other families and in common use. */
const otherNames: Partial<Record<NumberKey, readonly string[]>> = {
  layers: ['n_layer', 'num_layers', 'layers', 'n_blocks', 'num_blocks', 'encoder_layers', 'depth'],
  hiddenSize: ['n_embd', 'd_model', 'hidden', 'embed_dim', 'embedding_size', 'emb_dim', 'model_dim'],
  heads: ['n_head', 'num_heads', 'heads', 'attention_heads', 'encoder_attention_heads'],
  intermediateSize: ['n_inner', 'd_ff', 'ffn_dim', 'encoder_ffn_dim', 'ffn_hidden_size', 'feed_forward_size'],
  maxPositions: ['n_positions', 'n_ctx', 'max_positions', 'max_seq_len', 'max_seq_length'],
  layerNormEps: ['layer_norm_epsilon', 'norm_eps', 'norm_epsilon'],
  hiddenDropout: ['resid_pdrop', 'embd_pdrop', 'dropout_rate', 'dropout_prob'],
  attentionDropout: ['attn_pdrop', 'attention_probs_dropout'],
};

const fieldsOf = (type: ModelType) => Object.entries(families[type].format.fields) as [NumberKey, Fields[NumberKey]][];

/** The family's name of a number; undefined where it fixes the number. */
export function nameOf(type: ModelType, key: NumberKey): string | undefined {
  const field = families[type].format.fields[key];
  return typeof field === 'object' ? field.name : undefined;
}

/** The names of a family's own keys. */
function ownNames(type: ModelType): string[] {
  const { activation, only = {}, decoder } = families[type].format;
  const numbers = fieldsOf(type).flatMap(([key]) => nameOf(type, key) ?? []);
  return [...numbers, activation, ...Object.keys(only), ...(decoder?.names ?? [])];
}

/** The family's other names of its keys, as in transformers: other name → own. */
export function aliasesOf(type: ModelType): Readonly<Record<string, string>> {
  const pairs = fieldsOf(type).flatMap(([, field]) =>
    typeof field === 'object' && field.alias ? [[field.alias, field.name]] : [],
  );
  return Object.fromEntries(pairs);
}

const sizes = ['layers', 'hiddenSize', 'heads', 'intermediateSize'] as const;

/** Whether a file is a whole `config.json`, with the family and every size, and not a few settings. */
export function isWhole(given: Readonly<Record<string, unknown>>, type: ModelType): boolean {
  const aliases = aliasesOf(type);
  const names = new Set(Object.keys(given).map((key) => (Object.hasOwn(aliases, key) ? aliases[key] : key)));
  return names.has('model_type') && sizes.every((key) => names.has(nameOf(type, key)!));
}

interface KeyContext {
  readonly type: ModelType;
  readonly where: string;
}

/**
 * Checks the keys of a new model's `config.json`.
 *
 * @returns unknown keys of a whole file, which have no effect
 * @throws AttuneError CONFIG_INVALID for another family's key and for a misspelled one, with the right name, for a key of no family
 * in a file that is not whole, and for a value that is not supported here
 */
export function checkKeys(given: Readonly<Record<string, unknown>>, { type, where }: KeyContext): string[] {
  const own = new Set([...ownNames(type), ...(given.model_type === undefined ? [] : Object.keys(aliasesOf(type)))]);
  const only = { ...onlyValues, ...onlyValuesOf[type] };
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (key === ties && value !== undefined && typeof value !== 'boolean')
      throw invalid(`${where}: ${key}: expected true or false, got ${typeof value}; correct it`);
    if (key === ties || own.has(key) || isIdle(key, type) || checkedElsewhere.includes(key)) continue;
    if (Object.hasOwn(only, key)) refuseOther(value, { key, expected: only[key], where });
    else if (!isFixed(key, value, type)) unknown.push(key);
  }
  const [first] = unknown;
  for (const key of unknown) refuseMeant(key, { given, own, type, where });
  if (first === undefined || isWhole(given, type)) return unknown;
  const known = ownNames(type).join(', ');
  throw invalid(`${where}: ${quoted(first)}: expected a key of ${named(type)} (${known}), got this one; remove it`);
}

const isIdle = (key: string, type: ModelType) =>
  idle.has(key) || families[type].format.idle?.includes(key) || idleKinds.some((kind) => kind.test(key));

/** Whether a key repeats a number that its family fixes: `layer_norm_eps: 1e-12` of a DistilBERT. */
const isFixed = (key: string, value: unknown, type: ModelType) =>
  fieldsOf(type).some(([number, field]) => field === value && meaningsOf(key).includes(number));

function refuseOther(value: unknown, { key, expected, where }: { key: string; expected: unknown; where: string }) {
  if (value === expected || value === undefined || value === null) return;
  const what = expected === null ? 'nothing' : `${expected}`;
  throw invalid(`${where}: ${key}: expected ${what}, the only supported value, got another; remove it`);
}

interface MeantContext extends KeyContext {
  readonly given: Readonly<Record<string, unknown>>;
  readonly own: ReadonlySet<string>;
}

function refuseMeant(key: string, { given, own, type, where }: MeantContext): void {
  const others = (Object.keys(families) as ModelType[]).filter((other) => ownNames(other).includes(key));
  const name = meaningsOf(key).flatMap((number) => nameOf(type, number) ?? [])[0];
  const isActivation = others.some((other) => families[other].format.activation === key);
  const meant = name ?? (isActivation ? families[type].format.activation : undefined);
  const what = `${where}: ${quoted(key)}: expected a key of ${named(type)}`;
  if (others.length > 0) {
    const advice = meant === undefined ? 'remove it.' : `did you mean "${meant}"?`;
    const family = others.length > 1 ? 'another family add its name, such as' : 'that family add';
    const ofOthers = joined([named(others[0]), ...others.slice(1)], 'or');
    throw invalid(`${what}, got one of ${ofOthers}; ${advice} For ${family} "model_type": "${others[0]}"`);
  }
  if (meant !== undefined && !(Object.hasOwn(given, meant) && isWhole(given, type)))
    throw invalid(`${what}, got another family's; did you mean "${meant}"?`);
  const absent = [...own].filter((candidate) => !Object.hasOwn(given, candidate));
  if (suggest(key, absent) !== undefined) throw invalid(`${what}, got this one${didYouMean(key, absent)}`);
}

/** The numbers of a model that a key names in any family, supported families first. */
function meaningsOf(key: string): NumberKey[] {
  const here = (Object.keys(families) as ModelType[]).flatMap((type) =>
    fieldsOf(type).flatMap(([number]) => (nameOf(type, number) === key ? [number] : [])),
  );
  const elsewhere = (Object.keys(otherNames) as NumberKey[]).filter((number) => otherNames[number]!.includes(key));
  return [...new Set([...here, ...elsewhere])];
}

/** A family with its spoken article: an electra, an xlm-roberta, a bert. */
const named = (type: ModelType) => `${/^[aeioux]/.test(type) ? 'an' : 'a'} ${type}`;
const quoted = (key: string) => (/^[\w.-]{1,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 60)));
const invalid = (message: string) => new AttuneError('CONFIG_INVALID', message);
