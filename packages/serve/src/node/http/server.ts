import { Server as NetServer } from 'node:net';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import fastify from 'fastify';
import type { PoolOptions, PoolSource, PredictorPool } from '../pool/options';
import { openPredictorPool } from '../pool/pool';
import { listen } from './listen';
import { type AttunePluginOptions, attunePlugin } from './plugin';
import { ProblemError } from './problems';
import { answerNotFound, refuseAddress, refuseBytes } from './refusals';

/** Options of `openService`. */
export interface ServiceOptions extends PoolOptions, Omit<AttunePluginOptions, 'pool'> {
  /** Name or address to listen on; default `127.0.0.1`, which no other machine reaches. */
  readonly host?: string;
  /** Port; default 8000. 0 takes one that is free. */
  readonly port?: number;
  /** Origins whose pages may ask (CORS), or `*`; default none. */
  readonly corsOrigins?: readonly string[];
  /** Most bytes of a body; default 1 MiB. */
  readonly bodyLimit?: number;
  /** Most requests that are answered at a time, those included whose body is on its way; default 2,000. One more is answered 503. */
  readonly maxRequests?: number;
  /** Milliseconds in which a request has to come whole; one that does not is answered 408. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** Level of the log, lines of JSON on standard output: `info`, `warn`, `error`, `silent`; default `info`. No text is logged. */
  readonly logLevel?: string;
}

/** A service that listens. */
export interface Service {
  /** Where it listens. */
  readonly url: string;
  /** The workers that hold the models. */
  readonly pool: PredictorPool;
  /** Takes no more requests, answers those that it has, and closes the models. */
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
    // A client that sends slowly does not hold a connection for ever, nor does one that reads nothing.
    http: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 10),
      requireHostHeader: false, // what Node refuses itself has no body
    },
    requestTimeout: requestTimeoutMs,
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
      if (isClosing)
        throw new ProblemError('UNAVAILABLE', 'expected a service that is open, got one that ends; ask another');
      if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
        throw new ProblemError('REQUEST_INVALID', 'expected the header Host, got none; send it');
      if (answering > maxRequests && !isHealth(request.url))
        throw new ProblemError('UNAVAILABLE', `expected at most ${maxRequests} requests at a time; try again later`);
    });
    const limits = { maxTexts, maxCharacters, maxNewTokens };
    // Told so, a client sends its next request elsewhere, rather than into a connection that is about to close.
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
        NetServer.prototype.close.call(server.server); // as a server of HTTP it would break connections whose request is on its way
        await new Promise((resolve) => setTimeout(resolve, lastRequestsMs));
        isClosing = true;
        // A connection is kept for the client's next request, and would hold the server open.
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

/** Milliseconds for requests that come over connections which were there at the end: they are answered, and told that they are the last. */
const lastRequestsMs = 100;

/** A service that has much to do is still alive. */
const isHealth = (url: string) => url.startsWith('/health/');

/** The page at `/` has its styles and scripts from this service, and asks no other. */
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
