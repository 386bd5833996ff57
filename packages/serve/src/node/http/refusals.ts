import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { openAiError } from './openai';
import { type Problem, ProblemError, problemOf, retryAfter } from './problems';

// Responses to refused requests: refusals of routes, and requests that reach no route, such as unknown addresses and invalid HTTP.

/** Sends a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem & { readonly error?: object }): FastifyReply {
  if (problem.status === 429 || problem.status === 503) reply.header('retry-after', retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.status(problem.status).type('application/problem+json').send(problem);
}

/** Routes in the format of OpenAI's API. */
const openAiRoutes = /\/(completions|models|models\/:name)$/;

/** Responds to errors that a route throws. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  logFailure(error, { problem, request });
  const isOpenAi = openAiRoutes.test(request.routeOptions.url ?? '');
  return sendProblem(reply, isOpenAi ? { ...problem, error: openAiError(problem) } : problem);
}

/** Logs an error that is a fault of the service, of which its client learns no more than that it failed. */
export function logFailure(
  error: unknown,
  { problem, request }: { readonly problem: Problem; readonly request: FastifyRequest },
): void {
  if (problem.status === 500) request.log.error(error);
}

/** Responds to unknown addresses and unsupported methods. Routes have to be registered after this call. */
export function answerNotFound(server: FastifyInstance): void {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  server.addHook('onRoute', ({ url, method }) => {
    const known = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const own of [method].flat()) known.methods.add(own);
    routes.set(url, known);
  });
  const notFound = ({ method, url }: FastifyRequest, reply: FastifyReply) => {
    const path = url.split('?')[0].slice(0, 200);
    const other = [...routes.values()].find(({ pattern }) => pattern.test(path));
    if (other === undefined) {
      const detail = `${method} ${path}: there is no such address; see /openapi.json`;
      return sendProblem(reply, problemOf(new ProblemError('NOT_FOUND', detail)));
    }
    const allowed = [...other.methods].join(', ');
    reply.header('allow', allowed);
    const detail = `${path}: expected ${allowed}, got ${method}`;
    return sendProblem(reply, problemOf(new ProblemError('METHOD_NOT_ALLOWED', detail)));
  };
  server.setNotFoundHandler(notFound);
  // For an unknown address, other faults of the request are not reported.
  server.setErrorHandler((error, request, reply) =>
    request.is404 && !(error instanceof ProblemError) ? notFound(request, reply) : answerError(error, request, reply),
  );
}

/** `/v1/models/:name` as a regular expression. */
const patternOf = (url: string) =>
  new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`);

/** Responds to requests that fastify's router rejects, such as an address that cannot be decoded. */
export function refuseAddress(error: Error, _: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, problemOf(new ProblemError('REQUEST_INVALID', error.message)));
}

/** Responds to invalid HTTP, and to requests that do not arrive in time; then closes the connection. */
export function refuseBytes(error: Error & { readonly code?: string }, socket: Socket): void {
  const { _httpMessage: answer } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  if (error.code === 'ECONNRESET' || !socket.writable || answer?.headersSent) return void socket.destroy(error);
  const { status, ...problem } = problemOf(rawProblem(error.code));
  const body = JSON.stringify({ ...problem, status });
  const head = [
    `HTTP/1.1 ${status} ${status === 408 ? 'Request Timeout' : status === 431 ? 'Headers Too Large' : 'Bad Request'}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function rawProblem(code: string | undefined): ProblemError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError('REQUEST_TIMEOUT', 'expected the whole request in time, got a part of it; send it faster');
  if (code === 'HPE_HEADER_OVERFLOW')
    return new ProblemError('HEADERS_TOO_LARGE', 'expected at most 16 KiB of headers, got more; send fewer');
  return new ProblemError('REQUEST_INVALID', `expected a request in HTTP/1.1, got something else (${code})`);
}
