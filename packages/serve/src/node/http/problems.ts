import { isAttuneError } from '@attune/internal';
import { z } from 'zod';

// Responses to requests that are refused or fail: a JSON problem (RFC 9457) with a code that is stable between versions.

/** A refusal or failure, as `application/problem+json`. */
export interface Problem {
  /** `urn:attune:problem:` and the code. */
  readonly type: string;
  /** The kind of problem in a few words, the same for all problems of one code. */
  readonly title: string;
  /** HTTP status code. */
  readonly status: number;
  /** The reason: expected value, actual value, and what to do. */
  readonly detail: string;
  /** Code of the problem, stable between versions. */
  readonly code: ProblemCode;
}

const kinds = {
  BODY_INVALID: [400, 'The body does not match the schema'],
  BODY_TOO_LARGE: [413, 'The body is too large'],
  INPUT_INVALID: [422, 'The model does not accept this input'],
  NOT_AUTHORIZED: [401, 'A bearer token is required'],
  NOT_FOUND: [404, 'There is no such address'],
  METHOD_NOT_ALLOWED: [405, 'The address does not support this method'],
  MEDIA_TYPE: [415, 'The body has an unsupported media type'],
  REQUEST_INVALID: [400, 'The request is not valid HTTP'],
  REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
  HEADERS_TOO_LARGE: [431, 'The headers are too large'],
  MODEL_UNKNOWN: [404, 'There is no such model'],
  QUEUE_FULL: [429, 'The queue is full'],
  UNAVAILABLE: [503, 'The service is not available at the moment'],
  TIMEOUT: [503, 'The response took too long'],
  INTERNAL: [500, 'The service failed'],
} as const satisfies Record<string, readonly [number, string]>;

/** Codes of problems. */
export type ProblemCode = keyof typeof kinds;

export const problemCodes = Object.keys(kinds) as readonly ProblemCode[];

/** Seconds after which a client may try again. */
export const retryAfter = 1;

/** An error with the problem to respond with. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    detail: string,
  ) {
    super(detail);
    this.name = 'ProblemError';
  }
}

/** Codes of problems for the errors of pool and models. */
const codes: Readonly<Partial<Record<string, ProblemCode>>> = {
  POOL_FULL: 'QUEUE_FULL',
  POOL_MODEL: 'MODEL_UNKNOWN',
  POOL_CLOSED: 'UNAVAILABLE',
  POOL_WORKER: 'UNAVAILABLE',
  ARGUMENT_INVALID: 'INPUT_INVALID',
  CHAT_MESSAGES: 'INPUT_INVALID',
  CHAT_TEMPLATE: 'INPUT_INVALID',
  GRAMMAR: 'INPUT_INVALID',
  JSON_SCHEMA: 'INPUT_INVALID',
  MODEL_TASK: 'INPUT_INVALID',
  PROMPT_TOO_LONG: 'INPUT_INVALID',
};

/** Codes of problems for fastify's own errors. */
const fastifyCodes: Readonly<Partial<Record<string, ProblemCode>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_INVALID',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BODY_INVALID',
};

/** The problem for an error. It does not reveal internals of the service. */
export function problemOf(error: unknown): Problem {
  const { code, detail } = found(error);
  const [status, title] = kinds[code];
  return { type: `urn:attune:problem:${code.toLowerCase().replaceAll('_', '-')}`, title, status, detail, code };
}

function found(error: unknown): { code: ProblemCode; detail: string } {
  if (error instanceof ProblemError) return { code: error.code, detail: error.message };
  if (error instanceof z.ZodError) return { code: 'BODY_INVALID', detail: zodDetail(error) };
  const {
    code: given,
    message = '',
    statusCode,
    name,
  } = (error ?? {}) as { code?: string; message?: string; statusCode?: number; name?: string };
  const attune = isAttuneError(error) ? codes[error.code] : undefined;
  if (attune === 'QUEUE_FULL') return { code: attune, detail: forClients(message) };
  if (attune) return { code: attune, detail: message };
  if (name === 'TimeoutError')
    return {
      code: 'TIMEOUT',
      detail: 'expected a response within the time limit, got none; send fewer texts, or try again later',
    };
  const own = given === undefined ? undefined : fastifyCodes[given];
  if (own) return { code: own, detail: message };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { code: 'BODY_INVALID', detail: message };
  return { code: 'INTERNAL', detail: 'the service failed; see its log' };
}

/** The message of a full queue with advice for a client, who cannot change the options of the pool. */
function forClients(message: string): string {
  const [reason] = message.split('; ');
  return `${reason}; send fewer texts, or try again later`;
}

/** The first invalid field and what was expected there. */
function zodDetail({ issues: [issue] }: z.ZodError): string {
  const { path, message } = issue;
  const place = path.length === 0 ? 'the body' : path.map(String).join('.');
  if (issue.code === 'too_big' && issue.origin === 'array')
    return `${place}: expected at most ${issue.maximum} per request, got more; send fewer`;
  return `${place}: ${message}`;
}
