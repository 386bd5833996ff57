import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/engine';
import { readObject, tokenText } from '../writer-files';
import { type ChatTemplate, chatTemplate } from './chat-template';

/** The one that is meant where there are several. */
const usual = 'default';

/**
 * The chat template of a model directory: `chat_template.jinja`, or what `tokenizer_config.json` says, with its special tokens.
 *
 * @param name which one, of a model that has several; `default` unless given
 * @throws AttuneError CHAT_TEMPLATE for a model that has none, or none of that name, and for one that cannot be read
 * @example
 * const template = await loadChatTemplate('models/llama-3.2-1b-instruct');
 * template.render([{ role: 'user', content: 'Hello' }], { addGenerationPrompt: true });
 */
export async function loadChatTemplate(directory: string, name?: string): Promise<ChatTemplate> {
  const path = join(directory, 'tokenizer_config.json');
  const config = (await readObject(path)) ?? {};
  const file = join(directory, 'chat_template.jinja');
  const templates = new Map(namedTemplates(config.chat_template, `${path}: chat_template`));
  if (existsSync(file)) templates.set(usual, { source: await readFile(file, 'utf8'), where: file });
  const found = templates.get(name ?? usual);
  if (!found) throw missing(directory, name, [...templates.keys()]);
  const variables = Object.entries(config).flatMap(([key, value]) => {
    const text = key.endsWith('_token') ? tokenText(value) : undefined;
    return text === undefined ? [] : [[key, text]];
  });
  return chatTemplate(found.source, { where: found.where, variables: Object.fromEntries(variables) });
}

interface Source {
  readonly source: string;
  readonly where: string;
}

/** A template, or a list of them by name. */
function namedTemplates(value: unknown, where: string): [name: string, Source][] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [[usual, { source: value, where }]];
  if (Array.isArray(value) && value.every(isNamed))
    return value.map(({ name, template }) => [name, { source: template, where: `${where} "${name}"` }]);
  throw new AttuneError(
    'CHAT_TEMPLATE',
    `${where}: expected a template, or a list of {"name", "template"}, got ${JSON.stringify(value).slice(0, 60)}; correct it`,
  );
}

const isNamed = (value: unknown): value is { name: string; template: string } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { name?: unknown }).name === 'string' &&
  typeof (value as { template?: unknown }).template === 'string';

function missing(directory: string, name: string | undefined, names: readonly string[]): AttuneError {
  const wanted = name === undefined ? 'a chat template' : `a chat template ${JSON.stringify(name)}`;
  const found = names.length === 0 ? 'none' : names.join(', ');
  const advice = name === undefined ? '' : didYouMean(name, names);
  const what =
    advice || (names.length === 0 ? '; take a model made for chat, or write prompts by a template of your own' : '');
  return new AttuneError('CHAT_TEMPLATE', `${directory}: expected ${wanted}, found ${found}${what}`);
}
