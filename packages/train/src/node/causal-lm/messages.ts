import { AttuneError, isObject, parseJson } from '@attune/internal';

/** A message of a conversation; `role` is `system`, `user`, `assistant`, or another role that the template knows. */
export interface ChatMessage {
  /** The speaker. */
  readonly role: string;
  /** The text of the message; null where the message only has `tool_calls`. */
  readonly content: string | null;
  readonly [field: string]: unknown;
}

/**
 * Messages from a file.
 *
 * A message that only has `tool_calls` may have no content, or null.
 *
 * @throws AttuneError CHAT_MESSAGES for anything but a list of objects with `role` and `content`
 * @example
 * parseMessages(JSON.parse('[{"role": "user", "content": "Hello"}]'));
 */
export function parseMessages(value: unknown): ChatMessage[] {
  if (!Array.isArray(value)) throw invalid('a list of {"role", "content"}', value);
  const wrong = value.find((message) => !isMessage(message));
  if (wrong !== undefined) throw invalid('a message with "role" and "content", both texts', wrong);
  return value.map((message) => ({ ...message, content: message.content ?? null }));
}

const isMessage = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.role === 'string' &&
  (typeof value.content === 'string' || (value.content == null && Array.isArray(value.tool_calls)));

function invalid(expected: string, got: unknown): AttuneError {
  const shown = JSON.stringify(got) ?? String(got);
  return new AttuneError('CHAT_MESSAGES', `messages: expected ${expected}, got ${shown.slice(0, 60)}; correct it`);
}

/**
 * The messages with the arguments of tool calls as objects, as templates expect them; OpenAI's API and its files have them as JSON.
 */
export const withParsedCalls = (messages: readonly ChatMessage[]): readonly ChatMessage[] =>
  messages.map((message) =>
    Array.isArray(message.tool_calls) ? { ...message, tool_calls: message.tool_calls.map(parsedCall) } : message,
  );

function parsedCall(call: unknown): unknown {
  if (!isObject(call)) return call;
  if (isObject(call.function)) return { ...call, function: withArguments(call.function) };
  return withArguments(call);
}

function withArguments(call: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof call.arguments !== 'string') return call;
  if (call.arguments.trim() === '') return { ...call, arguments: {} };
  try {
    const parsed = parseJson(call.arguments);
    return isObject(parsed) ? { ...call, arguments: parsed } : call;
  } catch {
    return call; // not JSON: the template gets the text
  }
}

/**
 * A conversation up to the answer to learn: the assistant's last message whose `weight`, as in OpenAI's files, is not 0.
 *
 * @throws AttuneError CHAT_MESSAGES for a conversation that does not end with the assistant, or whose answers all have weight 0
 */
export function untilAnswer(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant')
    throw new AttuneError(
      'CHAT_MESSAGES',
      `messages: expected the assistant's message at the end, which is the text to learn, got ${last ? `one of "${last.role}"` : 'none'}; remove the conversation, or add the answer`,
    );
  const end = messages.findLastIndex(({ role, weight }) => role === 'assistant' && weight !== 0);
  if (end >= 0) return messages.slice(0, end + 1);
  throw new AttuneError(
    'CHAT_MESSAGES',
    'messages: expected an answer of the assistant to learn, got only ones with "weight": 0; remove the conversation',
  );
}
