import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { endTokens, type Model } from '@attune/models';
import { newSpecialTokens } from '../model/new-model';
import type { PreparedModel } from '../model/prepare';
import { readModelJson } from '../run/json-files';

type Json = Readonly<Record<string, unknown>>;

/** A special token of `tokenizer_config.json`: its text, or an object with the text as `content`. */
export function tokenText(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
  return typeof text === 'string' ? text : undefined;
}

type Source = Pick<PreparedModel, 'model' | 'tokenizer' | 'directory'>;

/** The end token of the model's texts: the `eos_token` of the tokenizer's config, else the first end token of the model's config. */
export async function endTokenOf({ model, ...source }: Source): Promise<number | undefined> {
  return (await tokenizersEnd(source)) ?? endTokens(model.config.original)[0];
}

/** The `eos_token` of the tokenizer's config, or of the older file of special tokens; of a new model its own end token. */
export async function tokenizersEnd({ tokenizer, directory }: Omit<Source, 'model'>): Promise<number | undefined> {
  const inFile = async (name: string, from: string) => tokenText((await readModelJson(join(from, name)))?.eos_token);
  const text =
    directory === undefined
      ? newSpecialTokens.eos_token
      : ((await inFile('tokenizer_config.json', directory)) ?? (await inFile('special_tokens_map.json', directory)));
  return text === undefined ? undefined : tokenizer.tokenToId(text);
}

/** The end token of a directory's model, from its files alone: the token that training adds to a text. */
export async function endTokenIn(
  directory: string,
  tokenizer: PreparedModel['tokenizer'],
): Promise<number | undefined> {
  const config = async () => (await readModelJson(join(directory, 'config.json'))) ?? {};
  return (await tokenizersEnd({ tokenizer, directory })) ?? endTokens(await config())[0];
}

/** The ids that end a text in a config, with this one added. */
function endingWith(config: Json, id: number | undefined): Json {
  const ids = endTokens(config);
  if (id === undefined || ids.includes(id)) return config;
  return { ...config, eos_token_id: ids.length === 0 ? id : [...ids, id] };
}

/** The model with its learned end token added to the config. */
export function withEndToken<M extends Model>(model: M, id: number | undefined): M {
  const { config } = model;
  return { ...model, config: { ...config, original: endingWith(config.original, id) } };
}

/** Where transformers saves the templates of a model with several, except for the usual one. */
export const additional = 'additional_chat_templates';

/** The further chat templates of a model directory, by name. */
export async function additionalTemplates(directory: string): Promise<Record<string, string>> {
  const names = await readdir(join(directory, additional)).catch(() => []);
  const read = names
    .filter((name) => name.endsWith('.jinja'))
    .map(async (name) => [basename(name, '.jinja'), await readFile(join(directory, additional, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(read));
}

/** Files in addition to the tokenizer's own: the chat template, and the tokens that begin and end a text. */
const tokenizerFiles = ['special_tokens_map.json', 'chat_template.jinja'];

/**
 * The files of a causal LM, by name, copied from the model that it was trained from. The chat template is in `tokenizer_config.json` too,
 * where transformers.js looks.
 *
 * @param source with `maxLength`, the most tokens of its training texts, which `model_max_length` then allows
 * @param endTokenId added to the tokens that end a text
 * @example
 * const files = await generatorFiles({ model, directory: 'runs/chat/model' }); // { 'chat_template.jinja': …, 'generation_config.json': … }
 */
export async function generatorFiles(
  source: Omit<Source, 'tokenizer'> & {
    /** Most tokens of its training texts; default the file's own limit. */
    readonly maxLength?: number;
  },
  endTokenId?: number,
): Promise<Record<string, string>> {
  const { model, directory, maxLength = 0 } = source;
  if (directory === undefined) return newFiles(model);
  const files: Record<string, string> = {};
  for (const name of tokenizerFiles) {
    const path = join(directory, name);
    if (existsSync(path)) files[name] = await readFile(path, 'utf8');
  }
  const config = await readModelJson(join(directory, 'tokenizer_config.json'));
  const template = files['chat_template.jinja'];
  const named = await namedTemplates(directory, config ?? {});
  if (named.length > 0) delete files['chat_template.jinja']; // transformers would read no other template
  if (config || template !== undefined || named.length > 0)
    files['tokenizer_config.json'] = asText(tokenizerConfig(config ?? {}, { template, named, model, maxLength }));
  const generation = await readModelJson(join(directory, 'generation_config.json'));
  if (generation) files['generation_config.json'] = asText(endingWith(generation, endTokenId));
  return files;
}

interface NamedTemplate {
  readonly name: string;
  readonly template: string;
}

/** The templates of a directory except for the usual one: those of `additional_chat_templates/`, and the others of the config. */
async function namedTemplates(directory: string, { chat_template: given }: Json): Promise<NamedTemplate[]> {
  const beside = await additionalTemplates(directory);
  const listed = Array.isArray(given) ? (given as NamedTemplate[]) : [];
  const others = listed.filter((entry) => entry?.name !== 'default' && !Object.hasOwn(beside, entry?.name));
  return [...others, ...Object.entries(beside).map(([name, template]) => ({ name, template }))];
}

interface TokenizerConfigParts {
  /** The text of `chat_template.jinja`, which replaces the one in the config. */
  readonly template: string | undefined;
  /** The templates besides the usual one. */
  readonly named: readonly NamedTemplate[];
  readonly model: Model;
  /** Least value of `model_max_length`. */
  readonly maxLength: number;
}

/** A `tokenizer_config.json` with the template, and with a length that the model allows. */
function tokenizerConfig(config: Json, { template, named, model, maxLength }: TokenizerConfigParts): Json {
  const { maxPositions } = model.config;
  const { model_max_length: own, chat_template: given } = config;
  const length = typeof own === 'number' && own > 0 ? own : maxPositions;
  const usual = template ?? (Array.isArray(given) ? given.find((entry) => entry?.name === 'default')?.template : given);
  const asDefault = typeof usual === 'string' ? [{ name: 'default', template: usual }] : [];
  const chat_template = named.length > 0 ? [...asDefault, ...named] : usual;
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_input_names: ['input_ids', 'attention_mask'],
    ...config,
    model_max_length: Math.min(Math.max(length, maxLength), maxPositions),
    ...(chat_template !== undefined && { chat_template }),
  };
}

function newFiles({ config }: Model): Record<string, string> {
  const own = { tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false };
  const inputs = { model_input_names: ['input_ids', 'attention_mask'] };
  const tokenizer = { ...newSpecialTokens, model_max_length: config.maxPositions, ...inputs, ...own };
  return { 'tokenizer_config.json': asText(tokenizer), 'special_tokens_map.json': asText(newSpecialTokens) };
}

const asText = (value: Json) => `${JSON.stringify(value, null, 2)}\n`;
