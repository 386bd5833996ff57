import { AttuneError } from '@attune/engine';
import type { PromptedText } from '../../causal-examples';
import type { ChatMessage, ChatTemplate, RenderOptions } from './chat-template';

/**
 * A conversation as a text to learn: its last message, the assistant's, after all that comes before it.
 *
 * As TRL has it, the prompt is what the conversation without that message and with a generation prompt begins with, as far as
 * the whole does too.
 *
 * @throws AttuneError CHAT_MESSAGES for a conversation that does not end with the assistant, CHAT_TEMPLATE as `render`
 * @example
 * const texts = conversations.map((messages) => chatExample(template, messages));
 * await fitCausalLm({ data: { train: texts, … }, … });
 */
export function chatExample(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  options: Omit<RenderOptions, 'addGenerationPrompt'> = {},
): PromptedText {
  const last = messages.at(-1);
  if (last?.role !== 'assistant')
    throw new AttuneError(
      'CHAT_MESSAGES',
      `messages: expected the last of the assistant, which is what is learnt, got ${last ? `one of "${last.role}"` : 'none'}; leave the conversation out, or add the answer`,
    );
  const whole = template.render(messages, options);
  const before = template.render(messages.slice(0, -1), { ...options, addGenerationPrompt: true });
  let length = 0;
  while (length < before.length && before[length] === whole[length]) length++;
  return { prompt: whole.slice(0, length), completion: whole.slice(length), hasSpecialTokens: true };
}

/**
 * Messages as they came from a file.
 *
 * @throws AttuneError CHAT_MESSAGES for anything but a list of objects with `role` and `content`
 */
export function parseMessages(value: unknown): ChatMessage[] {
  if (!Array.isArray(value)) throw invalid('a list of {"role", "content"}', value);
  const wrong = value.find((message) => typeof message?.role !== 'string' || typeof message.content !== 'string');
  if (wrong !== undefined) throw invalid('a message with "role" and "content", both texts', wrong);
  return value;
}

function invalid(expected: string, got: unknown): AttuneError {
  const shown = JSON.stringify(got) ?? String(got);
  return new AttuneError('CHAT_MESSAGES', `messages: expected ${expected}, got ${shown.slice(0, 60)}; correct it`);
}
