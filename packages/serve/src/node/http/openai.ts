import { randomInt, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { PredictorPool, WriteOptions, WrittenText } from '../pool/options';
import { writerNamed } from './generate';
import type { Problem } from './problems';
import type { requestSchemas } from './schemas';

// Completions in the format of OpenAI's API: the same texts under other field names.

type Schemas = ReturnType<typeof requestSchemas>;
type Completion = z.output<Schemas['completion']>;
type Chat = z.output<Schemas['chat']>;

/** A text in the format of OpenAI's API. */
export interface OpenAiText {
  readonly pieces: AsyncGenerator<string, WrittenText, void>;
  /** The response without streaming. */
  whole(written: WrittenText): object;
  /** The event of one piece. */
  piece(text: string): object;
  /** The events after the last piece. */
  end(written: WrittenText): readonly object[];
}

interface OpenAiOptions {
  readonly signal: AbortSignal;
  /** Maximum generated tokens of the service. */
  readonly maxNewTokens: number;
}

/** Starts generating the text of a request. */
export function openAiText(
  pool: PredictorPool,
  body: Completion | Chat,
  { signal, maxNewTokens }: OpenAiOptions,
): OpenAiText {
  const isChat = 'messages' in body;
  writerNamed(pool, body.model);
  const prompt = isChat ? body.messages : typeof body.prompt === 'string' ? body.prompt : body.prompt[0];
  const pieces = pool.write(prompt, { ...optionsOf(body, maxNewTokens), model: body.model, signal });
  const base = {
    id: `${isChat ? 'chatcmpl' : 'cmpl'}-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: body.model,
  };
  const kind = isChat ? 'chat.completion' : 'text_completion';
  const streamed = { ...base, object: isChat ? 'chat.completion.chunk' : kind };
  const choice = (own: object, reason: string | null) => [{ index: 0, ...own, logprobs: null, finish_reason: reason }];
  let isBegun = false;
  /** A piece of the message, the first with its role. */
  const delta = (own: object) => {
    const role = isBegun ? {} : { role: 'assistant' };
    isBegun = true;
    return { delta: { ...role, ...own } };
  };
  return {
    pieces,
    whole(written) {
      const own = isChat
        ? { message: { role: 'assistant', content: written.text, refusal: null } }
        : { text: written.text };
      return { ...base, object: kind, choices: choice(own, reasonOf(written)), usage: usageOf(written) };
    },
    piece: (text) => ({ ...streamed, choices: choice(isChat ? delta({ content: text }) : { text }, null) }),
    end(written) {
      const last = { ...streamed, choices: choice(isChat ? delta({}) : { text: '' }, reasonOf(written)) };
      const usage = { ...streamed, choices: [], usage: usageOf(written) };
      return body.stream_options?.include_usage ? [last, usage] : [last];
    },
  };
}

/** The `error` object that clients of OpenAI's API read from a refusal. */
export const openAiError = ({ detail, status, code }: Problem) => ({
  message: detail,
  type: status < 500 ? 'invalid_request_error' : 'server_error',
  param: null,
  code: code.toLowerCase(),
});

/** OpenAI samples unless `temperature` or `top_p` is 0, and differently each time unless there is a `seed`. */
function optionsOf(body: Completion | Chat, maxNewTokens: number): WriteOptions {
  const { max_tokens, temperature, top_p, seed, stop, response_format: format } = body;
  const asked = ('max_completion_tokens' in body ? body.max_completion_tokens : undefined) ?? max_tokens;
  const isSampled = (temperature ?? 1) > 0 && top_p !== 0;
  return {
    maxNewTokens: asked ?? Math.min(128, maxNewTokens),
    doSample: isSampled,
    ...(isSampled && { temperature: temperature ?? 1 }),
    ...(isSampled && top_p != null && { topP: top_p }),
    ...(isSampled && (body.top_k ?? 0) > 0 && { topK: body.top_k! }),
    ...(body.repetition_penalty != null && { repetitionPenalty: body.repetition_penalty }),
    ...(isSampled && { seed: seed ?? randomInt(2 ** 31) }),
    ...(stop != null && { stopStrings: typeof stop === 'string' ? [stop] : stop }),
    ...(format?.type === 'json_schema' && { jsonSchema: format.json_schema.schema }),
    ...(format?.type === 'json_object' && { jsonSchema: { type: 'object' } }),
    ...('messages' in body && { chatVariables: chatVariablesOf(body) }),
  };
}

/** Variables of the chat template; those of the run where there are none. */
function chatVariablesOf({ tools, tool_choice, chat_template_kwargs: own }: Chat): WriteOptions['chatVariables'] {
  return tools && tool_choice !== 'none' ? { tools, ...own } : (own ?? undefined);
}

const reasonOf = ({ ended }: WrittenText) => (ended === 'max-new-tokens' || ended === 'context' ? 'length' : 'stop');

const usageOf = ({ promptTokens, tokens }: WrittenText) => ({
  prompt_tokens: promptTokens,
  completion_tokens: tokens,
  total_tokens: promptTokens + tokens,
});
