import { z } from 'zod';
import { predictionSchema, type ServedPrediction } from './predictions';

// Schemas of requests and responses. They check requests, describe both in openapi.json, and type the client.

/** Limits per request. */
export interface RequestLimits {
  /** Maximum texts per request; default 256, and never more than the queue holds (`maxQueue`). */
  readonly maxTexts?: number;
  /** Maximum characters per text or prompt; default 100,000. */
  readonly maxCharacters?: number;
  /** Maximum generated tokens per request; default 1,024. */
  readonly maxNewTokens?: number;
}

/** The limits with their defaults. */
export const limitsOf = ({ maxTexts = 256, maxCharacters = 100_000, maxNewTokens = 1024 }: RequestLimits) => ({
  ...{ maxTexts, maxCharacters, maxNewTokens },
});

/** Schemas of requests within limits, of which none has more texts than the queue can hold. */
export function requestSchemas(limits: RequestLimits = {}, maxQueue = Number.POSITIVE_INFINITY) {
  const { maxTexts, maxCharacters, maxNewTokens } = limitsOf(limits);
  const maxInputs = Math.min(maxTexts, maxQueue);
  const text = z.string().max(maxCharacters);
  const stop = z.array(z.string().min(1).max(100)).max(16);
  const tokens = z.int().min(1).max(maxNewTokens);
  const temperature = z.number().min(0).max(10);
  const share = z.number().gt(0).max(1);
  const penalty = z.number().gt(0).max(10);
  const parts = z
    .array(z.object({ type: z.literal('text'), text }))
    .max(maxTexts)
    .transform((own) => own.map((part) => part.text).join(''))
    .pipe(text);
  const content = z.union([text, parts], {
    error:
      'expected a text, or a list of parts such as {"type": "text", "text": "…"}, of which others are not supported',
  });
  const message = z
    .looseObject({ role: z.string().min(1).max(100), content: content.nullable().default(null) })
    .refine(({ content, tool_calls }) => content !== null || Array.isArray(tool_calls), {
      message: 'expected a text, or null in a message with tool_calls, got none',
      path: ['content'],
    });
  const messages = z.array(message).min(1).max(maxTexts);
  const jsonSchema = z.record(z.string(), z.unknown());
  const seed = z.int().min(0);
  const value = z.union([text, z.number().transform(String)]);
  const fields = z.record(z.string().max(200), value).refine((own) => Object.keys(own).length <= 1000, {
    message: 'expected at most 1000 fields',
  });
  const name = z.string().min(1).max(100);
  const chatVariables = z.record(name, z.unknown());

  const predict = z
    .strictObject({
      text: text.optional().describe('One text'),
      texts: z.array(text).min(1).max(maxInputs).optional().describe('Several texts'),
      pairs: z
        .array(z.tuple([text, text]))
        .min(1)
        .max(maxInputs)
        .optional()
        .describe('Pairs of texts, for a model of pairs'),
      fields: fields.optional().describe("A row with the run's columns, from which its template makes the text"),
      rows: z.array(fields).min(1).max(maxInputs).optional().describe('Several rows'),
      topK: z
        .int()
        .min(1)
        .max(10_000)
        .optional()
        .describe('Number of most likely labels to return, in place of the scores of all labels'),
    })
    .refine((own) => hasOneOf(own, ['text', 'texts', 'pairs', 'fields', 'rows']), {
      message: 'expected exactly one of text, texts, pairs, fields and rows',
    });
  const generate = z
    .strictObject({
      prompt: text.optional().describe('A prompt'),
      messages: messages.optional().describe('A conversation, for a model with a chat template'),
      fields: fields
        .optional()
        .describe("A row with the run's columns, from which its prompt template makes the prompt"),
      chatTemplate: name.optional().describe('Name of the chat template, for a model with several'),
      chatVariables: chatVariables.optional().describe('Further variables of the chat template'),
      stream: z.boolean().default(false).describe('Whether to stream the text as server-sent events'),
      maxNewTokens: tokens.default(Math.min(128, maxNewTokens)),
      doSample: z.boolean().optional(),
      temperature: temperature.gt(0).optional(),
      topK: z.int().min(1).optional(),
      topP: share.optional(),
      repetitionPenalty: penalty.optional(),
      seed: seed.optional(),
      stopStrings: stop.optional(),
      jsonSchema: jsonSchema.optional().describe('A JSON schema that the text has to match'),
      grammar: text.optional().describe("A grammar that the text has to match, in llama.cpp's notation"),
    })
    .refine((own) => hasOneOf(own, ['prompt', 'messages', 'fields']), {
      message: 'expected exactly one of prompt, messages and fields',
    })
    .refine(({ messages: own, ...more }) => own !== undefined || !(more.chatTemplate ?? more.chatVariables), {
      message: 'chatTemplate and chatVariables need messages; add messages, or remove them',
    })
    .refine(({ jsonSchema: own, grammar }) => own === undefined || grammar === undefined, {
      message: 'expected jsonSchema or grammar, got both; remove one',
    });
  const format = z.union([
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: jsonSchema }) }),
  ]);
  const openAi = {
    model: z.string(),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
    max_tokens: tokens.nullish(),
    temperature: temperature.nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    top_k: z.int().min(-1).nullish().describe('As in vLLM: samples from the most likely tokens; 0 and -1 take all'),
    repetition_penalty: penalty.nullish().describe('As in vLLM: values above 1 make tokens that occurred less likely'),
    seed: z.int().nullish(),
    stop: z.union([z.string().min(1).max(100), stop]).nullish(),
    response_format: format.nullish(),
    n: z.int().min(1).max(1).nullish(),
    best_of: fixed(1),
    echo: fixed(false),
    suffix: fixed(''),
    frequency_penalty: fixed(0),
    presence_penalty: fixed(0),
    logit_bias: z.strictObject({}).nullish(),
    logprobs: fixed(false),
    top_logprobs: fixed(0),
    min_p: fixed(0),
    min_tokens: fixed(0),
    use_beam_search: fixed(false),
    ignore_eos: fixed(false),
  };
  const prompt = z.union([text, z.tuple([text])], {
    error: 'expected one prompt per request, as a text or a list of one text',
  });
  const completion = z.object({ ...openAi, prompt });
  const chat = z.object({
    ...{ ...openAi, messages, max_completion_tokens: tokens.nullish() },
    tools: z.array(z.record(z.string(), z.unknown())).max(maxTexts).nullish().describe("The chat template's `tools`"),
    tool_choice: z
      .literal(['none', 'auto', null])
      .optional()
      .describe('Whether the chat template gets the tools; a call is part of the text, as the model writes it'),
    chat_template_kwargs: chatVariables
      .nullish()
      .describe('Further variables of the chat template, under the name that vLLM uses'),
  });
  return { predict, generate, completion, chat };
}

/** A field of OpenAI's API of which the service computes one value. Null is among the values, as OpenAPI 3.0 requires. */
const fixed = <Value extends string | number | boolean>(value: Value) =>
  z
    .literal([value, null], {
      error: () => `expected ${JSON.stringify(value)}, the only value that is computed; remove it`,
    })
    .optional();

/** Whether a body has exactly one of these keys. */
const hasOneOf = (body: Readonly<Record<string, unknown>>, names: readonly string[]): boolean =>
  names.filter((name) => body[name] !== undefined).length === 1;

export const predictAnswer = z.object({ model: z.string(), version: z.int(), predictions: z.array(predictionSchema) });

export const generateAnswer = z.object({
  model: z.string(),
  version: z.int(),
  text: z.string(),
  promptTokens: z.int(),
  tokens: z.int(),
  ended: z.string(),
  isWhole: z.boolean().optional(),
});

/** A model in the list of `/v1/models`: OpenAI's fields, and further ones. */
export const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  task: z.string(),
  problemType: z.string().optional(),
  labels: z.array(z.string()).readonly(),
  maxLength: z.int(),
  hasChat: z.boolean().describe('Whether the model accepts messages'),
  hasPairs: z.boolean().optional().describe('Whether the model accepts pairs of texts'),
  fields: z.array(z.string()).readonly().describe("The run's columns, accepted in place of a text or prompt"),
  precision: z.string(),
  version: z.int(),
});

export const modelsAnswer = z.object({ object: z.literal('list'), data: z.array(modelSchema) });

type Schemas = ReturnType<typeof requestSchemas>;

/** Body of a request for predictions. */
export type PredictBody = z.input<Schemas['predict']>;
/** Body of a request for generated text. */
export type GenerateBody = z.input<Schemas['generate']>;
/** Response to a request for predictions, of which `Prediction` is the type of one. */
export interface PredictAnswer<Prediction = ServedPrediction> {
  /** Name of the model. */
  model: string;
  /** Number of times that the model was reloaded. */
  version: number;
  /** One prediction per text, in order. */
  predictions: Prediction[];
}
/** Response to a request for generated text. */
export type GenerateAnswer = z.infer<typeof generateAnswer>;
/** A model in the list of models. */
export type ListedModel = z.infer<typeof modelSchema>;
