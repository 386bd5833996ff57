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
      topK: z
        .int()
        .min(1)
        .max(10_000)
        .optional()
        .describe("The likeliest labels alone, in place of every label's score"),
    })
    .refine(({ text: one, texts, pairs }) => [one, texts, pairs].filter((own) => own !== undefined).length === 1, {
      message: 'expected text, texts or pairs, one of them',
    });
  const generate = z
    .strictObject({
      prompt: text.optional().describe('A prompt'),
      messages: messages.optional().describe('A conversation, for a model with a chat template'),
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
    })
    .refine(({ prompt, messages: own }) => (prompt === undefined) !== (own === undefined), {
      message: 'expected prompt or messages, one of them',
    });
  const format = z.union([
    z.object({ type: z.literal('text') }),
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
    n: z.literal(1).nullish(),
  };
  const completion = z.object({ ...openAi, prompt: z.union([text, z.tuple([text])]) });
  const chat = z.object({ ...openAi, messages, max_completion_tokens: tokens.nullish() });
  return { predict, generate, completion, chat };
}

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
  hasChat: z.boolean(),
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
