import { Server as NetServer } from 'node:net';
import { checkOptions, type TableOf } from '@attune/internal';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import fastify from 'fastify';
import type { PoolOptions, PoolSource, PredictorPool } from '../pool/options';
import { openPredictorPool, poolTable } from '../pool/pool';
import { timerMs } from '../timer';
import { listen } from './listen';
import { type AttunePluginOptions, attunePlugin, pluginTable } from './plugin';
import { ProblemError } from './problems';
import { answerNotFound, refuseAddress, refuseBytes } from './refusals';

/** Options of `openService`. */
export interface ServiceOptions extends PoolOptions, Omit<AttunePluginOptions, 'pool'> {
  /** Name or address to listen on; default `127.0.0.1`, reachable from this machine only. */
  readonly host?: string;
  /** Port; default 8000. 0 selects a free one. */
  readonly port?: number;
  /** Origins whose pages may send requests (CORS), or `*`; default none. */
  readonly corsOrigins?: readonly string[];
  /** Maximum size of a body in bytes; default 1 MiB. */
  readonly bodyLimit?: number;
  /** Maximum concurrent requests, including those whose body is still arriving; default 2,000. Further requests get status 503. */
  readonly maxRequests?: number;
  /** Milliseconds within which a request has to arrive completely; later ones get status 408. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** Log level: `info`, `warn`, `error` or `silent`; default `info`. The log is JSON lines on standard output, without texts. */
  readonly logLevel?: string;
}

const serviceTable = {
  ...poolTable,
  ...pluginTable,
  host: 'path',
  port: 'index',
  corsOrigins: 'strings',
  bodyLimit: 'count',
  maxRequests: 'count',
  requestTimeoutMs: 'positive',
  logLevel: 'string',
} satisfies TableOf<ServiceOptions>;

/** A running service. */
export interface Service {
  /** Address that the service listens at, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** The pool of workers with the models. */
  readonly pool: PredictorPool;
  /** Stops accepting requests, answers those in progress, and closes the models. */
  close(): Promise<void>;
}

/**
 * Opens models in worker threads and serves them over HTTP.
 *
 * @throws AttuneError as `openPredictorPool`; ARGUMENT_INVALID for a port that is taken or a host that is not this machine's
 * @example
 * const service = await openService({ sectors: 'runs/sectors' }, { port: 8000, tokens: [process.env.TOKEN] });
 * await service.close();
 */
export async function openService(
  sources: string | Readonly<Record<string, string | PoolSource>>,
  options: ServiceOptions = {},
  program?: URL,
): Promise<Service> {
  checkOptions('openService', options, serviceTable);
  const {
    host = '127.0.0.1',
    port = 8000,
    corsOrigins = [],
    bodyLimit = 1024 ** 2,
    maxRequests = 2000,
    requestTimeoutMs = 30_000,
    logLevel = 'info',
    tokens,
    timeoutMs,
    playground,
    maxTexts,
    maxCharacters,
    maxNewTokens,
    ...poolOptions
  } = options;
  const server = fastify({
    ...{ bodyLimit, logger: { level: logLevel }, requestIdHeader: 'x-request-id' },
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: false, // it would be no problem in JSON
    forceCloseConnections: 'idle',
    // A client that sends slowly or reads nothing does not hold its connection forever.
    http: {
      requestTimeout: timerMs(requestTimeoutMs),
      headersTimeout: timerMs(requestTimeoutMs),
      connectionsCheckingInterval: timerMs(Math.ceil(requestTimeoutMs / 10)),
      requireHostHeader: false, // what Node refuses itself has no body
    },
    requestTimeout: timerMs(requestTimeoutMs),
    connectionTimeout: 120_000,
    keepAliveTimeout: 72_000,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseBytes,
  });
  const onNote = options.onNote ?? ((note: string) => server.log.warn(note));
  const pool = await openPredictorPool(sources, { ...poolOptions, onNote }, program);
  try {
    await server.register(helmet, { contentSecurityPolicy: { directives: pageDirectives } });
    if (corsOrigins.length > 0)
      await server.register(cors, {
        origin: corsOrigins.includes('*') ? true : [...corsOrigins],
        exposedHeaders: ['retry-after'], // which a page could not read otherwise
      });
    let [answering, isEnding, isClosing] = [0, false, false];
    server.addHook('onRequest', async (request, { raw }) => {
      answering++;
      raw.once('close', () => answering--);
      if (isClosing) throw new ProblemError('UNAVAILABLE', 'the service is shutting down; send the request again');
      if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
        throw new ProblemError('REQUEST_INVALID', 'expected the header Host, got none; add it');
      if (answering > maxRequests && !isHealth(request.url))
        throw new ProblemError(
          'UNAVAILABLE',
          `expected at most ${maxRequests} concurrent requests, got more; try again later`,
        );
    });
    const limits = { maxTexts, maxCharacters, maxNewTokens };
    // With this header a client opens another connection for its next request, since this one is about to close.
    server.addHook('onSend', async (_request, reply) => {
      if (isEnding) reply.header('connection', 'close');
    });
    server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
    answerNotFound(server);
    await server.register(attunePlugin, { pool, tokens, timeoutMs, playground, ...limits } as AttunePluginOptions);
    const url = await listen(server, { host, port });
    return {
      ...{ url, pool },
      async close() {
        isEnding = true;
        NetServer.prototype.close.call(server.server); // closing an HTTP server would break connections whose request is still arriving
        await new Promise((resolve) => setTimeout(resolve, lastRequestsMs));
        isClosing = true;
        // Idle connections, kept for a client's next request, would keep the server open.
        const idle = setInterval(() => {
          if (answering === 0) server.server.closeAllConnections();
          else server.server.closeIdleConnections();
        }, 50);
        await server.close().finally(() => clearInterval(idle));
        await pool.close();
      },
    };
  } catch (error) {
    await server.close();
    await pool.close();
    throw error;
  }
}

/** Milliseconds in which requests over existing connections are still answered, with the header that closes the connection. */
const lastRequestsMs = 100;

/** Liveness does not depend on load. */
const isHealth = (url: string) => url.startsWith('/health/');

/** The page at `/` loads styles and scripts from this service only, and calls no other server. */
const pageDirectives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  connectSrc: ["'self'"],
  imgSrc: ['data:'],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
  upgradeInsecureRequests: null,
};
