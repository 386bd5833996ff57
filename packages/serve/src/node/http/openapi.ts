import { z } from 'zod';
import type { PoolModel } from '../pool/options';
import { problemCodes } from './problems';
import { generateAnswer, modelSchema, modelsAnswer, predictAnswer, type requestSchemas } from './schemas';

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(problemCodes),
});

/** Schema of the `error` object for clients of OpenAI's API. */
const openAiProblem = problem.extend({
  error: z.object({ message: z.string(), type: z.string(), param: z.null(), code: z.string() }),
});

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...own } = z.toJSONSchema(schema, { target: 'openapi-3.0', io, unrepresentable: 'any' });
  return own;
};

const json = (schema: z.ZodType, io: 'input' | 'output') => ({ 'application/json': { schema: schemaOf(schema, io) } });

/** A schema with exactly one of several keys, which zod cannot express in JSON Schema, and without `absent` ones. */
function oneOfKeys(schema: z.ZodType, keys: Readonly<Record<string, boolean>>, absent: readonly string[] = []) {
  const [offered, others] = [true, false].map((each) => Object.keys(keys).filter((key) => keys[key] === each));
  const hidden = [...others, ...absent];
  const own = schemaOf(schema, 'input') as { readonly properties: Readonly<Record<string, object>> };
  const properties = Object.fromEntries(Object.entries(own.properties).filter(([key]) => !hidden.includes(key)));
  return { ...own, properties, oneOf: offered.map((key) => ({ required: [key] })) };
}

/** A schema of a body with the name of a model. */
function namingModel(schema: z.ZodType, names: readonly string[]) {
  const own = schemaOf(schema, 'input');
  return { ...own, properties: { ...own.properties, model: stringOf(names) } };
}

const stringOf = (names: readonly string[]) => ({ type: 'string', ...(names.length > 0 && { enum: names }) });

interface OpenApiOptions {
  readonly isSecured: boolean;
  readonly models: readonly Pick<PoolModel, 'name' | 'task' | 'hasChat' | 'hasPairs' | 'fields'>[];
}

/** The OpenAPI document of the service, written from the schemas that check its requests. */
export function openApi(schemas: ReturnType<typeof requestSchemas>, { isSecured, models }: OpenApiOptions) {
  const namesOf = (chosen: typeof models) => chosen.map(({ name }) => name);
  const generators = models.filter(({ task }) => task === 'causal-lm');
  const chats = namesOf(generators.filter(({ hasChat }) => hasChat));
  const labelers = models.filter(({ task }) => task !== 'causal-lm');
  const hasFields = (chosen: typeof models) => chosen.some(({ fields }) => fields.length > 0);
  // A document offers what the models of the service take, and nothing else.
  const [hasPairs, hasRows] = [labelers.some((model) => model.hasPairs === true), hasFields(labelers)];
  const hasChat = chats.length > 0;
  const predictBody = oneOfKeys(schemas.predict, {
    text: true,
    texts: true,
    pairs: hasPairs,
    fields: hasRows,
    rows: hasRows,
  });
  const prompts = { prompt: true, messages: hasChat, fields: hasFields(generators) };
  const generateBody = {
    ...oneOfKeys(schemas.generate, prompts, hasChat ? [] : ['chatTemplate', 'chatVariables']),
    not: { required: ['jsonSchema', 'grammar'] },
  };
  const refusal = (schema: z.ZodType) => ({
    description: 'A problem',
    content: { 'application/problem+json': { schema: schemaOf(schema, 'output') } },
  });
  const answer = (description: string, content?: object, problems: z.ZodType = problem) => ({
    200: { description, ...(content && { content }) },
    default: refusal(problems),
  });
  const events = { 'text/event-stream': {} };
  const parameters = (names: readonly string[]) => [
    { name: 'name', in: 'path', required: true, schema: stringOf(names) },
  ];
  const post = (summary: string, schema: object, responses: object, own: readonly object[] = []) => ({
    post: {
      ...{ summary, parameters: own, responses },
      requestBody: { required: true, content: { 'application/json': { schema } } },
    },
  });
  const completion = (summary: string, schema: z.ZodType, names: readonly string[]) => {
    const content = { 'application/json': { schema: { type: 'object' } }, ...events };
    return post(summary, namingModel(schema, names), answer(summary, content, openAiProblem));
  };
  const get = (summary: string, schema?: z.ZodType, own: readonly object[] = [], problems: z.ZodType = problem) => ({
    get: { ...{ summary, parameters: own }, responses: answer(summary, schema && json(schema, 'output'), problems) },
  });
  return {
    openapi: '3.0.3',
    info: {
      title: 'Attune',
      version: '1',
      description: 'Fine-tuned models: classification, tagging and text generation.',
    },
    ...(isSecured && { security: [{ bearer: [] }] }),
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/v1/models/{name}/predict': post(
        'Predictions for texts',
        predictBody,
        answer('Predictions for texts', json(predictAnswer, 'output')),
        parameters(namesOf(labelers)),
      ),
      '/v1/models/{name}/generate': post(
        'Text generated after a prompt',
        generateBody,
        answer('Text generated after a prompt', { ...json(generateAnswer, 'output'), ...events }),
        parameters(namesOf(generators)),
      ),
      '/v1/completions': completion(
        "A completion in the format of OpenAI's API",
        schemas.completion,
        namesOf(generators),
      ),
      // Only models with a chat template answer: without one the path is not offered.
      ...(hasChat && {
        '/v1/chat/completions': completion("A chat completion in the format of OpenAI's API", schemas.chat, chats),
      }),
      '/v1/models': get('List of models', modelsAnswer, [], openAiProblem),
      '/v1/models/{name}': get('A model', modelSchema, parameters(namesOf(models)), openAiProblem),
      '/health/live': get('Whether the process is running'),
      '/health/ready': get('Whether a worker is ready'),
      '/metrics': get('Metrics in Prometheus format'),
    },
  };
}
