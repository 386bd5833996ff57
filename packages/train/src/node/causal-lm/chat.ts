import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { didYouMean } from '@attune/data';
import { AttuneError, isStackOverflow } from '@attune/internal';
import { Template } from '@huggingface/jinja';
import type { PromptedText } from '../../tasks/causal-lm/examples';
import { readModelJson } from '../run/json-files';
import { syntaxErrorLine } from './chat-errors';
import { renderWithin, type TemplateFailure, TemplateLimit } from './chat-render';
import { additional, additionalTemplates, tokenText } from './files';
import { type ChatMessage, untilAnswer, withParsedCalls } from './messages';

export interface RenderOptions {
  /** Whether to add the beginning of the assistant's next message; default false. */
  readonly addGenerationPrompt?: boolean;
  /** More variables of the template, such as `tools`. Default none. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The chat template of a model. */
export interface ChatTemplate {
  /** A conversation as text, special tokens included. Arguments of tool calls that are JSON in a text become objects, as in vLLM. */
  render(messages: readonly ChatMessage[], options?: RenderOptions): string;
}

export interface ChatTemplateOptions {
  /** The file that errors name. */
  readonly where: string;
  /** Variables of every conversation: `bos_token`, `eos_token`. Default none. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * A chat template in Jinja, as `tokenizer_config.json` holds one, read as transformers reads it.
 *
 * It is tried once on a small conversation, and its steps are limited in each call.
 *
 * @throws AttuneError CHAT_TEMPLATE, naming file and line, for one that cannot be parsed or exceeds the
 * limits; `render` for one that fails, or that refuses the conversation
 * @example
 * const template = chatTemplate("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}", { where: 'mine' });
 * template.render([{ role: 'user', content: 'Hello' }]); // 'user: Hello\n'
 */
export function chatTemplate(source: string, { where, variables = {} }: ChatTemplateOptions): ChatTemplate {
  const template = read(source, where);
  const render: ChatTemplate['render'] = (messages, { addGenerationPrompt = false, variables: more } = {}) => {
    const context = {
      ...absent,
      ...variables,
      ...more,
      messages: withParsedCalls(messages),
      add_generation_prompt: addGenerationPrompt,
    };
    try {
      return renderWithin(template, source, context);
    } catch (failure) {
      throw failed(failure as TemplateFailure, where);
    }
  };
  tryOnce(render);
  return { render };
}

/** Variables that transformers passes to every template. */
const absent = { tools: null, documents: null };

/** A conversation that most templates accept. */
const probe: readonly ChatMessage[] = [
  { role: 'user', content: 'Hello' },
  { role: 'assistant', content: 'Hello' },
  { role: 'user', content: 'Bye' },
];

/** Refuses a template that exceeds the limits on a small conversation. One that refuses this conversation may accept others. */
function tryOnce(render: ChatTemplate['render']): void {
  try {
    render(probe, { addGenerationPrompt: true });
  } catch (error) {
    if ((error as Error).cause instanceof TemplateLimit) throw error;
  }
}

function failed({ error, line }: TemplateFailure, where: string): AttuneError {
  const { message } = error as Error;
  const [expected, got, what] =
    error instanceof TemplateLimit
      ? ['a template that renders the conversation in few steps', message, 'fix the loops of the template']
      : ['a template that renders the conversation', shown(error as Error), 'fix the messages or the template'];
  return new AttuneError('CHAT_TEMPLATE', `${placeOf(where, line)}: expected ${expected}, got ${got}; ${what}`, {
    cause: error,
  });
}

function read(source: string, where: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    const place = placeOf(where, syntaxErrorLine(source));
    throw new AttuneError(
      'CHAT_TEMPLATE',
      `${place}: expected a Jinja template, got ${shown(cause as Error)}; fix it`,
      {
        cause,
      },
    );
  }
}

const shown = (error: Error): string =>
  isStackOverflow(error) ? 'brackets or blocks that are nested too deeply' : `"${error.message}"`;

const placeOf = (where: string, line: number | undefined) => (line === undefined ? where : `${where} line ${line}`);

/** The template's name, of several. */
const usual = 'default';

/**
 * The chat template of a model directory: `chat_template.jinja`, one of `additional_chat_templates/`, or one in
 * `tokenizer_config.json`, with its special tokens.
 *
 * @param name of the template, where the model has several; default `default`
 * @throws AttuneError CHAT_TEMPLATE for a model without a template, or without one of that name, and for one that cannot be parsed
 * @example
 * const template = await loadChatTemplate('models/llama-3.2-1b-instruct');
 * template.render([{ role: 'user', content: 'Hello' }], { addGenerationPrompt: true });
 */
export async function loadChatTemplate(directory: string, name?: string): Promise<ChatTemplate> {
  const path = join(directory, 'tokenizer_config.json');
  const config = (await readModelJson(path)) ?? {};
  const file = join(directory, 'chat_template.jinja');
  const templates = new Map(namedTemplates(config.chat_template, `${path}: chat_template`));
  if (existsSync(file)) templates.set(usual, { source: await readFile(file, 'utf8'), where: file });
  for (const [name, source] of Object.entries(await additionalTemplates(directory)))
    templates.set(name, { source, where: join(directory, additional, `${name}.jinja`) });
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
  const what = advice || (names.length === 0 ? '; use a chat model, or write prompts with your own template' : '');
  return new AttuneError('CHAT_TEMPLATE', `${directory}: expected ${wanted}, found ${found}${what}`);
}

/**
 * A conversation as a text to learn: the assistant's last message after the messages before it. One with `weight: 0`, as in OpenAI's
 * files, is not learned: the conversation then ends with the answer before it.
 *
 * As in TRL, the prompt is the common beginning of the whole conversation and of
 * the conversation without that message but with a generation prompt.
 *
 * @throws AttuneError CHAT_MESSAGES for a conversation that does not end with the assistant, or without an answer to learn; CHAT_TEMPLATE as `render`
 * @example
 * const texts = conversations.map((messages) => chatExample(template, messages));
 * await fitCausalLm({ data: { train: texts, … }, … });
 */
export function chatExample(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  options: Omit<RenderOptions, 'addGenerationPrompt'> = {},
): PromptedText {
  const learned = untilAnswer(messages);
  const whole = template.render(learned, options);
  const before = template.render(learned.slice(0, -1), { ...options, addGenerationPrompt: true });
  let length = 0;
  while (length < before.length && before[length] === whole[length]) length++;
  return { prompt: whole.slice(0, length), completion: whole.slice(length), hasSpecialTokens: true };
}
