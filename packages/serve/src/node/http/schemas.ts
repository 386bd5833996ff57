import { z } from 'zod';

// What requests and answers look like: one set of schemas checks them, describes them in openapi.json, and types the client.

/** Limits of one request. */
export interface RequestLimits {
  /** Most texts of one request; default 256. */
  readonly maxTexts?: number;
  /** Most characters of one text or prompt; default 100,000. */
  readonly maxCharacters?: number;
  /** Most tokens that may be written for one request; default 1,024. */
  readonly maxNewTokens?: number;
}

/** The limits with their defaults. */
export const limitsOf = ({ maxTexts = 256, maxCharacters = 100_000, maxNewTokens = 1024 }: RequestLimits) => ({
  ...{ maxTexts, maxCharacters, maxNewTokens },
});

/** Schemas of requests within limits. */
export function requestSchemas(limits: RequestLimits = {}) {
  const { maxTexts, maxCharacters, maxNewTokens } = limitsOf(limits);
  const text = z.string().max(maxCharacters);
  const stop = z.array(z.string().min(1).max(100)).max(16);
  const tokens = z.int().min(1).max(maxNewTokens);
  const temperature = z.number().min(0).max(10);
  const share = z.number().gt(0).max(1);
  const message = z.object({ role: z.string().min(1).max(100), content: text });
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
      texts: z.array(text).min(1).max(maxTexts).optional().describe('Several texts'),
      pairs: z
        .array(z.tuple([text, text]))
        .min(1)
        .max(maxTexts)
        .optional()
        .describe('Pairs of texts, for a model of pairs'),
      fields: fields.optional().describe("A row of the run's columns, which its templates make a text of"),
      rows: z.array(fields).min(1).max(maxTexts).optional().describe('Several of them'),
      topK: z
        .int()
        .min(1)
        .max(10_000)
        .optional()
        .describe("The likeliest labels alone, in place of every label's score"),
    })
    .refine((own) => hasOneOf(own, ['text', 'texts', 'pairs', 'fields', 'rows']), {
      message: 'expected text, texts, pairs, fields or rows, one of them',
    });
  const generate = z
    .strictObject({
      prompt: text.optional().describe('A prompt'),
      messages: messages.optional().describe('A conversation, for a model with a chat template'),
      fields: fields.optional().describe("A row of the run's columns, which its prompt template makes a prompt of"),
      chatTemplate: name.optional().describe('The name of the chat template, of a model with several'),
      chatVariables: chatVariables.optional().describe('Further variables of the chat template'),
      stream: z.boolean().default(false).describe('Whether the text comes piece by piece, as server-sent events'),
      maxNewTokens: tokens.default(Math.min(128, maxNewTokens)),
      doSample: z.boolean().optional(),
      temperature: temperature.gt(0).optional(),
      topK: z.int().min(1).optional(),
      topP: share.optional(),
      repetitionPenalty: z.number().gt(0).max(10).optional(),
      seed: seed.optional(),
      stopStrings: stop.optional(),
      jsonSchema: jsonSchema.optional().describe('A JSON schema that the text has to meet'),
      grammar: text.optional().describe("A grammar that the text has to be of, in llama.cpp's notation"),
    })
    .refine((own) => hasOneOf(own, ['prompt', 'messages', 'fields']), {
      message: 'expected prompt, messages or fields, one of them',
    })
    .refine(({ messages: own, ...more }) => own !== undefined || !(more.chatTemplate ?? more.chatVariables), {
      message: 'expected messages beside chatTemplate and chatVariables',
    })
    .refine(({ jsonSchema: own, grammar }) => own === undefined || grammar === undefined, {
      message: 'expected jsonSchema or grammar, got both',
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
    top_p: share.nullish(),
    seed: seed.nullish(),
    stop: z.union([z.string().min(1).max(100), stop]).nullish(),
    response_format: format.nullish(),
    n: z.int().min(1).max(1).nullish(),
  };
  const completion = z.object({ ...openAi, prompt: z.union([text, z.tuple([text])]) });
  const chat = z.object({
    ...{ ...openAi, messages, max_completion_tokens: tokens.nullish() },
    chat_template_kwargs: chatVariables.nullish().describe('Further variables of the chat template, as vLLM has them'),
  });
  return { predict, generate, completion, chat };
}

/** Whether a body has exactly one of these. */
const hasOneOf = (body: Readonly<Record<string, unknown>>, names: readonly string[]): boolean =>
  names.filter((name) => body[name] !== undefined).length === 1;

const label = z.object({ label: z.string(), score: z.number() });

/** An entity of a tagger. */
export const entitySchema = z.object({
  label: z.string(),
  start: z.int().describe('In UTF-16 units'),
  end: z.int(),
  text: z.string(),
  score: z.number(),
});

/** What a model says of one text, by its task. */
export const predictionSchema = z.union([
  z.object({ label: z.string(), score: z.number(), scores: z.record(z.string(), z.number()) }),
  z.object({ label: z.string(), score: z.number(), top: z.array(label) }),
  z.object({ labels: z.array(z.string()), scores: z.record(z.string(), z.number()) }),
  z.object({ labels: z.array(z.string()), top: z.array(label) }),
  z.object({ value: z.number() }),
  z.object({ entities: z.array(entitySchema) }),
]);

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

/** A model as `/v1/models` lists it: OpenAI's fields, and its own. */
export const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  task: z.string(),
  problemType: z.string().optional(),
  labels: z.array(z.string()).readonly(),
  maxLength: z.int(),
  hasChat: z.boolean().describe('Whether it takes messages'),
  hasPairs: z.boolean().optional().describe('Whether it takes pairs of texts'),
  fields: z.array(z.string()).readonly().describe("The run's columns, which it takes in place of a text or prompt"),
  precision: z.string(),
  version: z.int(),
});

export const modelsAnswer = z.object({ object: z.literal('list'), data: z.array(modelSchema) });

type Schemas = ReturnType<typeof requestSchemas>;

/** The body of a request for predictions. */
export type PredictBody = z.input<Schemas['predict']>;
/** The body of a request for a text. */
export type GenerateBody = z.input<Schemas['generate']>;
/** What a model says of one text. */
export type ServedPrediction = z.infer<typeof predictionSchema>;
/** The answer to a request for predictions. */
export type PredictAnswer = z.infer<typeof predictAnswer>;
/** The answer to a request for a text. */
export type GenerateAnswer = z.infer<typeof generateAnswer>;
/** A model as it is listed. */
export type ListedModel = z.infer<typeof modelSchema>;
