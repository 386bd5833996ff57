// How a question is written for a model that was made for chat.
import { JsonError, parseJson } from '@attune/internal';
import { openChatTemplate } from '../data/texts';
import { UsageError } from '../program/failure';
import type { Io } from '../program/process';

interface Questions {
  readonly system?: string;
  readonly chatTemplate?: string;
  readonly chatVariables?: string;
  readonly revision?: string;
}

/** How questions are written by the model's chat template, up to where the answer begins. */
export async function chatPrompts(
  source: string,
  { system, chatVariables, ...which }: Questions,
  io: Io,
): Promise<(prompt: string) => string> {
  const variables = chatVariables === undefined ? undefined : variablesOf(chatVariables);
  const template = await openChatTemplate(source, { ...which, messages: 'prompt' }, io);
  const before = system === undefined ? [] : [{ role: 'system', content: system }];
  return (prompt) =>
    template!.render([...before, { role: 'user', content: prompt }], { addGenerationPrompt: true, variables });
}

/** @throws UsageError for what is no object of JSON */
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
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refused(json);
}
