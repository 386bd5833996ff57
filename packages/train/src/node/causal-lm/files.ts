import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import { endTokens, type Model } from '@attune/models';
import { newSpecialTokens } from '../model/new-model';
import type { PreparedModel } from '../model/prepare';

type Json = Readonly<Record<string, unknown>>;

/** The object in a JSON file of a model directory; undefined where there is no file. @throws AttuneError CHECKPOINT_CONFIG */
export async function readObject(path: string): Promise<Json | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    return { ...JSON.parse(await readFile(path, 'utf8')) };
  } catch (cause) {
    const what = `${path}: expected a JSON object (${(cause as Error).message}); mend the file, or delete it`;
    throw new AttuneError('CHECKPOINT_CONFIG', what, { cause });
  }
}

/** A special token of `tokenizer_config.json` is its text, or an object with its text as `content`. */
export function tokenText(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
  return typeof text === 'string' ? text : undefined;
}

type Source = Pick<PreparedModel, 'model' | 'tokenizer' | 'directory'>;

/** What its texts end with: the `eos_token` of the tokenizer's own config, else the first end token of the model's. */
export async function endTokenOf({ model, tokenizer, directory }: Source): Promise<number | undefined> {
  const config =
    directory === undefined ? newSpecialTokens : await readObject(join(directory, 'tokenizer_config.json'));
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

/** The model, whose config says that a text ends with the token that it learns to end with. */
export function withEndToken<M extends Model>(model: M, id: number | undefined): M {
  const { config } = model;
  return { ...model, config: { ...config, original: endingWith(config.original, id) } };
}

/** What a tokenizer's own files do not hold here: the chat template, and what begins and ends a text. */
const tokenizerFiles = ['tokenizer_config.json', 'special_tokens_map.json', 'chat_template.jinja'];

/** Files that go with a model that writes, as they came with the one it was trained from. */
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
  const generation = await readObject(join(directory, 'generation_config.json'));
  if (generation) files['generation_config.json'] = asText(endingWith(generation, endTokenId));
  return files;
}

function newFiles({ config }: Model): Record<string, string> {
  const own = { tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false };
  const tokenizer = { ...newSpecialTokens, model_max_length: config.maxPositions, ...own };
  return { 'tokenizer_config.json': asText(tokenizer), 'special_tokens_map.json': asText(newSpecialTokens) };
}

const asText = (value: Json) => `${JSON.stringify(value, null, 2)}\n`;
