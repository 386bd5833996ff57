import { z } from 'zod';
import { problemCodes } from './problems';
import { generateAnswer, modelSchema, modelsAnswer, predictAnswer, type requestSchemas } from './schemas';

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(problemCodes),
});

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...own } = z.toJSONSchema(schema, { target: 'openapi-3.0', io, unrepresentable: 'any' });
  return own;
};

const json = (schema: z.ZodType, io: 'input' | 'output') => ({ 'application/json': { schema: schemaOf(schema, io) } });

/** The OpenAPI document of the service, of the schemas that check its requests. */
export function openApi(schemas: ReturnType<typeof requestSchemas>, { isSecured }: { readonly isSecured: boolean }) {
  const refusal = {
    description: 'A problem',
    content: { 'application/problem+json': { schema: schemaOf(problem, 'output') } },
  };
  const answer = (description: string, schema?: z.ZodType) => ({
    200: { description, ...(schema && { content: json(schema, 'output') }) },
    default: refusal,
  });
  const name = { name: 'name', in: 'path', required: true, schema: { type: 'string' } };
  const post = (summary: string, body: z.ZodType, schema?: z.ZodType, parameters: readonly object[] = []) => ({
    post: {
      ...{ summary, parameters },
      requestBody: { required: true, content: json(body, 'input') },
      responses: answer(summary, schema),
    },
  });
  const get = (summary: string, schema?: z.ZodType, parameters: readonly object[] = []) => ({
    get: { ...{ summary, parameters }, responses: answer(summary, schema) },
  });
  return {
    openapi: '3.0.3',
    info: {
      title: 'Attune',
      version: '1',
      description: 'Fine-tuned models: labels of texts, and texts after prompts.',
    },
    ...(isSecured && { security: [{ bearer: [] }] }),
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/v1/models/{name}/predict': post('Labels of texts', schemas.predict, predictAnswer, [name]),
      '/v1/models/{name}/generate': post('The text after a prompt', schemas.generate, generateAnswer, [name]),
      '/v1/completions': post("A completion, as OpenAI's API has it", schemas.completion),
      '/v1/chat/completions': post("A chat completion, as OpenAI's API has it", schemas.chat),
      '/v1/models': get('The models', modelsAnswer),
      '/v1/models/{name}': get('A model', modelSchema, [name]),
      '/health/live': get('Whether the program runs'),
      '/health/ready': get('Whether a worker is ready'),
      '/metrics': get("Metrics in Prometheus's format"),
    },
  };
}
