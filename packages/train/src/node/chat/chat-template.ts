import { AttuneError } from '@attune/engine';
import { Template } from '@huggingface/jinja';
import { failingLine, syntaxErrorLine } from './template-lines';

/** What somebody says in a conversation: `system`, `user`, `assistant`, or another role that the template knows. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  readonly [field: string]: unknown;
}

export interface RenderOptions {
  /** Ends with what the assistant's next message begins with; false unless given. */
  readonly addGenerationPrompt?: boolean;
  /** Further variables of the template: `tools`, say. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** How a model wants conversations written. */
export interface ChatTemplate {
  /** A conversation as text, special tokens included. */
  render(messages: readonly ChatMessage[], options?: RenderOptions): string;
}

export interface ChatTemplateOptions {
  /** What errors name: the file. */
  readonly where: string;
  /** What every conversation is rendered with: `bos_token`, `eos_token`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * A chat template in Jinja, as `tokenizer_config.json` holds one, read as transformers reads it.
 *
 * @throws AttuneError CHAT_TEMPLATE, naming file and line, for one that cannot be read; of `render` for one that fails, or that
 * refuses the conversation
 * @example
 * const template = chatTemplate("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}", { where: 'mine' });
 * template.render([{ role: 'user', content: 'Hello' }]); // 'user: Hello\n'
 */
export function chatTemplate(source: string, { where, variables = {} }: ChatTemplateOptions): ChatTemplate {
  const template = read(source, where);
  return {
    render(messages, { addGenerationPrompt = false, variables: more } = {}) {
      const given = { ...variables, ...more, messages, add_generation_prompt: addGenerationPrompt };
      try {
        return template.render(given);
      } catch (cause) {
        const place = placeOf(where, failingLine(source, given));
        const { message } = cause as Error;
        throw new AttuneError(
          'CHAT_TEMPLATE',
          `${place}: expected a template that writes the conversation, got "${message}"; mend the messages, or the template`,
          { cause },
        );
      }
    },
  };
}

function read(source: string, where: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError(
      'CHAT_TEMPLATE',
      `${placeOf(where, syntaxErrorLine(source))}: expected a Jinja template, got "${message}"; mend it`,
      { cause },
    );
  }
}

const placeOf = (where: string, line: number | undefined) => (line === undefined ? where : `${where} line ${line}`);
