// Turns questions and conversations into prompts for a chat model.
import { type Conversation, messagesIn, openChatTemplate } from '../data/conversations';
import { readRunConfig } from '../data/run-config';
import type { Io } from '../program/process';

interface Questions {
  readonly system?: string;
  readonly chatTemplate?: string;
  readonly chatVariables?: string;
  readonly revision?: string;
  readonly adapter?: string;
}

/** Renders prompts with a chat template, up to the start of the answer. */
export interface ChatPrompts {
  /** A question as the user's message; a JSON list of messages as a conversation. */
  ofText(text: string): string;
  /** A conversation. An answer at its end is left out. */
  ofConversation(conversation: Conversation): string;
}

/** Loads the model's chat template; template and variables default to the run's. */
export async function chatPrompts(
  source: string,
  { system, chatTemplate, chatVariables, revision, adapter }: Questions,
  io: Io,
): Promise<ChatPrompts> {
  const run = await readRunConfig(source);
  const which = {
    chatTemplate: chatTemplate ?? run.chatTemplate,
    chatVariables: chatVariables ?? run.chatVariables,
    revision,
    adapter,
  };
  const template = await openChatTemplate(source, { ...which, messages: 'prompt' }, io);
  const ofConversation = ({ messages, variables }: Conversation) => {
    const asked = messages.at(-1)?.role === 'assistant' ? messages.slice(0, -1) : messages;
    const isSaid = system === undefined || asked[0]?.role === 'system';
    const all = isSaid ? asked : [{ role: 'system', content: system }, ...asked];
    return template!.render(all, { addGenerationPrompt: true, variables });
  };
  return {
    ofConversation,
    ofText: (text) =>
      ofConversation({ messages: messagesIn(text) ?? [{ role: 'user', content: text }], variables: {} }),
  };
}
