import { checkOptions, isAttuneError, type TableOf } from '@attune/internal';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PoolModel, PredictorPool, WrittenText } from '../pool/options';
import { isSupervised, sharedMetrics } from '../processes/supervised';
import { timerMs } from '../timer';
import { bearerCheck } from './auth';
import { eventStream, type StreamEvent } from './events';
import { servedText, wholeText } from './generate';
import { serviceMetrics } from './metrics';
import { openAiError, openAiText } from './openai';
import { openApi } from './openapi';
import { openRoute, servePage } from './playground';
import { modelNamed, predictions } from './predict';
import { type Problem, ProblemError } from './problems';
import { answerError, logFailure } from './refusals';
import { type ListedModel, limitsOf, type RequestLimits, requestSchemas } from './schemas';

/** Options of the fastify plugin. */
export interface AttunePluginOptions extends RequestLimits {
  /** The pool of models; it stays open when the server closes. */
  readonly pool: PredictorPool;
  /** Accepted bearer tokens (`Authorization: Bearer …`); `/health` and the page do not need one. Default: requests need no token. */
  readonly tokens?: readonly string[];
  /** Time limit per response in milliseconds, default 30,000. For a streamed text it applies until the first piece. */
  readonly timeoutMs?: number;
  /** Whether `/` serves a page to try the models on; default true. */
  readonly playground?: boolean;
}

/** Options of the plugin besides its pool. */
export const pluginTable = {
  tokens: 'strings',
  timeoutMs: 'positive',
  playground: 'boolean',
  maxTexts: 'count',
  maxCharacters: 'count',
  maxNewTokens: 'count',
} satisfies TableOf<Omit<AttunePluginOptions, 'pool'>>;

/**
 * Fastify plugin with the routes of the service: predictions, text generation, OpenAI's completions, the list of models, health, metrics, the
 * OpenAPI document and the page at `/`. Refusals are JSON problems.
 *
 * @example
 * const pool = await openPredictorPool({ sectors: 'runs/sectors' });
 * await fastify.register(attunePlugin, { pool });
 */
export async function attunePlugin(fastify: object, options: AttunePluginOptions): Promise<void> {
  const server = fastify as FastifyInstance; // no type of fastify is public: its types need those of Node

  checkOptions('attunePlugin', options, { ...pluginTable, pool: 'any!' }, '', { others: 'allowed' }); // fastify's own: prefix
  const { pool, tokens = [], timeoutMs = 30_000, playground = true } = options;
  const { maxNewTokens } = limitsOf(options);
  const schemas = requestSchemas(options, pool.maxQueue);
  const created = Math.floor(Date.now() / 1000);
  const registry = serviceMetrics(server, pool);
  const check = bearerCheck(tokens);

  const noteFullQueue = fullQueueNotes();
  server.setErrorHandler((error, request, reply) => {
    noteFullQueue(error, request);
    return answerError(error, request, reply);
  });
  if (tokens.length > 0)
    server.addHook('onRequest', async (request) => {
      if (!('isOpen' in request.routeOptions.config)) check(request);
    });

  /** Aborts when the client disconnects, and at the time limit if the response has not started. */
  const signalOf = (reply: FastifyReply) => {
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(new DOMException('', 'TimeoutError')), timerMs(timeoutMs));
    reply.raw.once('close', () => {
      clearTimeout(timer);
      gone.abort(new ProblemError('UNAVAILABLE', 'the client disconnected'));
    });
    return { signal: gone.signal, begun: () => clearTimeout(timer) };
  };
  const answerText = async (
    reply: FastifyReply,
    { begin, isStreamed }: { begin: (signal: AbortSignal) => TextAnswer; isStreamed: boolean },
  ) => {
    const { signal, begun } = signalOf(reply);
    const text = begin(signal);
    if (!isStreamed) return text.whole(await wholeText(text));
    const stream = await eventStream(text, (error, problem) => logFailure(error, { problem, request: reply.request }));
    begun();
    return reply
      .type('text/event-stream')
      .header('cache-control', 'no-cache')
      .header('x-accel-buffering', 'no')
      .send(stream);
  };

  server.post<{ Params: { name: string } }>('/v1/models/:name/predict', async (request, reply) => {
    const body = schemas.predict.parse(request.body);
    const { signal } = signalOf(reply);
    return predictions(pool, request.params.name, body, { signal });
  });
  server.post<{ Params: { name: string } }>('/v1/models/:name/generate', async (request, reply) => {
    const body = schemas.generate.parse(request.body);
    const begin = (signal: AbortSignal): TextAnswer => {
      const { pieces, answer } = servedText(pool, request.params.name, body, signal);
      const end = (written: WrittenText) => [{ event: 'done', data: answer(written) }];
      const failed = (problem: Problem) => [{ event: 'error', data: problem }];
      return { pieces, piece: (text) => ({ text }), end, failed, whole: answer };
    };
    return answerText(reply, { begin, isStreamed: body.stream });
  });
  for (const [path, schema] of [
    ['/v1/completions', schemas.completion],
    ['/v1/chat/completions', schemas.chat],
  ] as const)
    server.post(path, async (request, reply) => {
      const body = schema.parse(request.body);
      const begin = (signal: AbortSignal): TextAnswer => {
        const text = openAiText(pool, body, { signal, maxNewTokens });
        const end = (written: WrittenText) => [...text.end(written), '[DONE]'].map((data) => ({ data }));
        const failed = (problem: Problem) =>
          [{ ...problem, error: openAiError(problem) }, '[DONE]'].map((data) => ({ data }));
        return { ...text, end, failed };
      };
      return answerText(reply, { begin, isStreamed: body.stream ?? false });
    });
  const listed = ({ name, source: _, ...own }: PoolModel): ListedModel => ({
    ...{ id: name, object: 'model', created, owned_by: 'attune' },
    ...own,
  });
  server.get('/v1/models', async () => ({ object: 'list', data: pool.models.map(listed) }));
  server.get<{ Params: { name: string } }>('/v1/models/:name', async ({ params: { name } }) =>
    listed(modelNamed(pool, name)),
  );
  server.get('/health/live', openRoute, async () => ({ status: 'live' }));
  server.get('/health/ready', openRoute, async () => {
    if (pool.state.workers > 0) return { status: 'ready' };
    throw new ProblemError('UNAVAILABLE', 'expected a ready worker, got none; one is starting, try again');
  });
  const metrics = isSupervised() ? sharedMetrics(registry) : () => registry.metrics();
  server.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await metrics()));
  const document = openApi(schemas, { isSecured: tokens.length > 0, models: pool.models });
  server.get('/openapi.json', async () => document);
  if (playground) await servePage(server);
}

/** Sends a text whole or streamed, as requested. */
interface TextAnswer {
  readonly pieces: AsyncGenerator<string, WrittenText, void>;
  piece(text: string): unknown;
  end(written: WrittenText): readonly StreamEvent[];
  failed(problem: Problem): readonly StreamEvent[];
  whole(written: WrittenText): unknown;
}

/** Milliseconds between two notes about a full queue. */
const noteIntervalMs = 60_000;

/** Tells the operator in the log, at most once per minute, which options make room for the requests that are refused. */
function fullQueueNotes(): (error: unknown, request: FastifyRequest) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error, { log }) => {
    if (!isAttuneError(error, 'POOL_FULL') || performance.now() - last < noteIntervalMs) return;
    last = performance.now();
    log.warn(
      'requests are refused with status 429, since the queue is full; add workers (--workers), or raise maxQueue (--max-queue) or maxWaitMs (--max-wait)',
    );
  };
}
