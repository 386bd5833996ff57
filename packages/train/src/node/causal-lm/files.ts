import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endTokens, type Model } from '@attune/models';
import { newSpecialTokens } from '../model/new-model';
import type { PreparedModel } from '../model/prepare';
import { readModelJson } from '../run/json-files';

type Json = Readonly<Record<string, unknown>>;

/** A special token of `tokenizer_config.json` is its text, or an object with its text as `content`. */
export function tokenText(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
  return typeof text === 'string' ? text : undefined;
}

type Source = Pick<PreparedModel, 'model' | 'tokenizer' | 'directory'>;

/** The end token of its texts: the `eos_token` of the tokenizer's config, else the first end token of the model's. */
export async function endTokenOf({ model, tokenizer, directory }: Source): Promise<number | undefined> {
  const config =
    directory === undefined ? newSpecialTokens : await readModelJson(join(directory, 'tokenizer_config.json'));
  const text = tokenText(config?.eos_token);
  const id = text === undefined ? undefined : tokenizer.tokenToId(text);
  return id ?? endTokens(model.config.original)[0];
}

/** The ids that end a text in a config, and this one too. */
function endingWith(config: Json, id: number | undefined): Json {
  const ids = endTokens(config);
  if (id === undefined || ids.includes(id)) return config;
  return { ...config, eos_token_id: ids.length === 0 ? id : [...ids, id] };
}

/** The model with the end token that it learns added to its config. */
export function withEndToken<M extends Model>(model: M, id: number | undefined): M {
  const { config } = model;
  return { ...model, config: { ...config, original: endingWith(config.original, id) } };
}

/** Files beside the tokenizer's own: the chat template, and the tokens that begin and end a text. */
const tokenizerFiles = ['tokenizer_config.json', 'special_tokens_map.json', 'chat_template.jinja'];

/** Files that go with a causal LM, as they came with the model it was trained from. */
export async function generatorFiles(
  { model, directory }: Source,
  endTokenId: number | undefined,
): Promise<Record<string, string>> {
  if (directory === undefined) return newFiles(model);
  const files: Record<string, string> = {};
  for (const name of tokenizerFiles) {
    const path = join(directory, name);
    if (existsSync(path)) files[name] = await readFile(path, 'utf8');
  }
  const generation = await readModelJson(join(directory, 'generation_config.json'));
  if (generation) files['generation_config.json'] = asText(endingWith(generation, endTokenId));
  return files;
}

function newFiles({ config }: Model): Record<string, string> {
  const own = { tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false };
  const tokenizer = { ...newSpecialTokens, model_max_length: config.maxPositions, ...own };
  return { 'tokenizer_config.json': asText(tokenizer), 'special_tokens_map.json': asText(newSpecialTokens) };
}

const asText = (value: Json) => `${JSON.stringify(value, null, 2)}\n`;
