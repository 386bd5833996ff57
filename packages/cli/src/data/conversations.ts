// Conversations in tables, and the chat template of the model that renders them.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { field, type Row, type TableHeader } from '@attune/data';
import { AttuneError, isAttuneError, isObject, JsonError, parseJson } from '@attune/internal';
import { resolveModelSource } from '@attune/models/node';
import {
  adapterDirectory,
  type ChatMessage,
  type ChatTemplate,
  loadChatTemplate,
  modelSourceOf,
  parseMessages,
} from '@attune/train/node';
import { UsageError } from '../program/failure';
import { downloadListener } from '../program/listener';
import type { Io } from '../program/process';

/** A conversation, and the variables that its row has for the template. */
export interface Conversation {
  readonly messages: readonly ChatMessage[];
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Columns with variables of the template, as TRL names them. */
const variableColumns = ['tools', 'chat_template_kwargs'];

/** The columns of a table that its conversations are read from: those with messages, which are joined, and those with variables. */
export const conversationColumns = (messages: readonly string[], header: TableHeader): readonly string[] => [
  ...messages,
  ...variableColumns.filter((name) => header.columns.includes(name)),
];

interface ConversationReader<Value> {
  /** As `conversationColumns`; an empty cell counts as none. */
  readonly columns: readonly string[];
  /** What becomes of a conversation, such as a prompt. */
  readonly use: (conversation: Conversation) => Value;
}

/**
 * Returns the function that reads the conversation of a row.
 *
 * @throws AttuneError CHAT_MESSAGES for cells without messages, tools or variables, and any error of `use`, with file and line
 */
export function conversationReader<Value>(
  { where }: TableHeader,
  { columns, use }: ConversationReader<Value>,
): (row: Row) => Value {
  return (row) => {
    try {
      return use(conversationOf(row, columns));
    } catch (cause) {
      const { message } = cause as Error;
      const code = isAttuneError(cause) ? cause.code : 'CHAT_MESSAGES';
      throw new AttuneError(code, `${where} line ${row.line}: ${message}`, { cause });
    }
  };
}

function conversationOf(row: Row, columns: readonly string[]): Conversation {
  const cells = columns.flatMap((name) => {
    const text = field(row, name).trim();
    return text === '' ? [] : [{ name, value: parseJson(text) as unknown }];
  });
  const messages = cells.filter(({ name }) => !variableColumns.includes(name));
  return {
    messages: messages.length === 0 ? parseMessages(undefined) : messages.flatMap(({ value }) => parseMessages(value)),
    variables: Object.assign({}, ...cells.map(variablesIn)),
  };
}

function variablesIn({ name, value }: { readonly name: string; readonly value: unknown }): Record<string, unknown> {
  if (!variableColumns.includes(name) || value === null) return {};
  const isList = name === 'tools';
  if (isList ? Array.isArray(value) : isObject(value))
    return isList ? { tools: value } : (value as Record<string, unknown>);
  const shown = JSON.stringify(value).slice(0, 60);
  throw new AttuneError(
    'CHAT_MESSAGES',
    `${name}: expected ${isList ? 'a list of tools' : 'an object'}, got ${shown}; correct it`,
  );
}

/** The messages of a text that is a JSON list of objects with a `role`; undefined for any other text. */
export function messagesIn(text: string): ChatMessage[] | undefined {
  if (!/^\s*\[\s*\{/.test(text)) return undefined;
  try {
    const value = parseJson(text);
    return Array.isArray(value) && value.every((one) => typeof one?.role === 'string')
      ? parseMessages(value)
      : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

export interface TemplateFlags {
  readonly messages?: string;
  readonly chatTemplate?: string;
  readonly chatVariables?: string;
  readonly revision?: string;
  /** Directory of an adapter, whose template comes first. */
  readonly adapter?: string;
}

/**
 * Loads the chat template of a model, where `--messages` needs one.
 *
 * @throws UsageError for --chat-template or --chat-variables without --messages, for variables that are not a JSON object, and for
 * a new model, which has no template; AttuneError as `loadChatTemplate`
 */
export async function openChatTemplate(
  source: string,
  { messages, chatTemplate, chatVariables, revision, adapter }: TemplateFlags,
  { stderr }: Pick<Io, 'stderr'>,
): Promise<ChatTemplate | undefined> {
  if (messages === undefined) {
    const flag = (chatTemplate && '--chat-template') ?? (chatVariables && '--chat-variables');
    if (flag === undefined) return undefined;
    throw new UsageError(`${flag}: requires --messages; add --messages <column>, or remove ${flag}`);
  }
  if (source === 'new')
    throw new UsageError('--messages: expected a model with a chat template, got --model new; use --prompt-template');
  const variables = chatVariables === undefined ? {} : variablesOf(chatVariables);
  const ofModel = async () =>
    resolveModelSource(adapterDirectory(source) ?? modelSourceOf(source), {
      revision,
      onProgress: downloadListener(stderr),
    });
  const directory = adapter !== undefined && (await hasTemplate(adapter)) ? adapter : await ofModel();
  const template = await loadChatTemplate(directory, chatTemplate);
  return {
    render: (conversation, options) =>
      template.render(conversation, { ...options, variables: { ...variables, ...options?.variables } }),
  };
}

async function hasTemplate(directory: string): Promise<boolean> {
  if (existsSync(join(directory, 'chat_template.jinja'))) return true;
  const config = await readFile(join(directory, 'tokenizer_config.json'), 'utf8').catch(() => '{}');
  return /"chat_template"\s*:\s*["[]/.test(config);
}

/** @throws UsageError for anything but a JSON object */
function variablesOf(json: string): Record<string, unknown> {
  const refused = (got: string) =>
    new UsageError(
      `--chat-variables: expected a JSON object, such as {"enable_thinking": false}, got ${got}; correct it`,
    );
  let value: unknown;
  try {
    value = parseJson(json);
  } catch (error) {
    throw error instanceof JsonError ? refused(error.message) : error;
  }
  if (isObject(value)) return value;
  throw refused(json);
}
