import { isAttuneError } from '@attune/internal';
import { z } from 'zod';

// What is answered where a request is refused or fails: a JSON problem (RFC 9457) with a code that stays the same between versions.

/** A refusal or failure, as `application/problem+json`. */
export interface Problem {
  /** `urn:attune:problem:` and the code. */
  readonly type: string;
  /** The kind of problem in a few words, the same for every problem of its code. */
  readonly title: string;
  /** Status code of the answer. */
  readonly status: number;
  /** What was expected, what came, what to do. */
  readonly detail: string;
  /** Stable and machine-readable. */
  readonly code: ProblemCode;
}

const kinds = {
  BODY_INVALID: [400, 'The body is not as the schema says'],
  BODY_TOO_LARGE: [413, 'The body is too large'],
  INPUT_INVALID: [422, 'The model does not take this input'],
  NOT_AUTHORIZED: [401, 'A bearer token is needed'],
  NOT_FOUND: [404, 'There is nothing at this address'],
  METHOD_NOT_ALLOWED: [405, 'The address does not take this method'],
  MEDIA_TYPE: [415, 'The body is of another type'],
  REQUEST_INVALID: [400, 'The request is none of HTTP'],
  REQUEST_TIMEOUT: [408, 'The request took too long to come'],
  HEADERS_TOO_LARGE: [431, 'The headers are too large'],
  MODEL_UNKNOWN: [404, 'There is no such model'],
  QUEUE_FULL: [429, 'Too much is waiting'],
  UNAVAILABLE: [503, 'The service does not answer at the moment'],
  TIMEOUT: [503, 'The answer took too long'],
  INTERNAL: [500, 'The service failed'],
} as const satisfies Record<string, readonly [number, string]>;

/** Codes of problems. */
export type ProblemCode = keyof typeof kinds;

export const problemCodes = Object.keys(kinds) as readonly ProblemCode[];

/** Seconds after which a client may try again. */
export const retryAfter = 1;

/** An error that is answered as a problem. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    detail: string,
  ) {
    super(detail);
    this.name = 'ProblemError';
  }
}

/** Codes of the pool's and the models' errors, by what is answered. */
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

/** Codes of fastify's own errors. */
const fastifyCodes: Readonly<Partial<Record<string, ProblemCode>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_INVALID',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BODY_INVALID',
};

/** The problem that an error is answered as. What is not the client's to know is not said. */
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
  if (attune) return { code: attune, detail: message };
  if (name === 'TimeoutError')
    return { code: 'TIMEOUT', detail: 'expected an answer in time, got none; send fewer texts, or try again later' };
  const own = given === undefined ? undefined : fastifyCodes[given];
  if (own) return { code: own, detail: message };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { code: 'BODY_INVALID', detail: message };
  return { code: 'INTERNAL', detail: 'the service failed; its log says why' };
}

/** The first place that is wrong, and what was expected there. */
function zodDetail({ issues }: z.ZodError): string {
  const [{ path, message }] = issues;
  const place = path.length === 0 ? 'the body' : path.map(String).join('.');
  return `${place}: ${message}`;
}
