// Turns questions into prompts for a chat model.
import { readRunConfig } from '../data/run-config';
import { openChatTemplate } from '../data/texts';
import type { Io } from '../program/process';

interface Questions {
  readonly system?: string;
  readonly chatTemplate?: string;
  readonly chatVariables?: string;
  readonly revision?: string;
}

/** Returns a function that renders a question with the model's chat template, up to the start of the answer; template and variables default to the run's. */
export async function chatPrompts(
  source: string,
  { system, chatTemplate, chatVariables, revision }: Questions,
  io: Io,
): Promise<(prompt: string) => string> {
  const run = await readRunConfig(source);
  const which = {
    chatTemplate: chatTemplate ?? run.chatTemplate,
    chatVariables: chatVariables ?? run.chatVariables,
    revision,
  };
  const template = await openChatTemplate(source, { ...which, messages: 'prompt' }, io);
  const before = system === undefined ? [] : [{ role: 'system', content: system }];
  return (prompt) => template!.render([...before, { role: 'user', content: prompt }], { addGenerationPrompt: true });
}
