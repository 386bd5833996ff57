import { AttuneError, type AttuneErrorCode, isAttuneError } from '@attune/internal';
import { whatToCheck, withoutTokens } from '../hub/errors';

/** Target of an upload. */
export interface Destination {
  readonly repository: string;
  /** The hub's address, without a slash at its end. */
  readonly endpoint: string;
  /** The proxy in use, by its variable and address. */
  readonly proxy?: string;
}

/** Converts the error of a failed upload to an `AttuneError` with advice. */
export function pushError(error: unknown, destination: Destination): AttuneError {
  if (isAttuneError(error)) return error;
  const other = otherAnswer(error);
  if (other !== undefined) return noHub(error, destination, other);
  return statusOf(error) === undefined ? interrupted(error, destination) : refused(error as HubError, destination);
}

/** There is no token, or none that the library accepts. */
export function noToken({ repository, endpoint }: Destination, actual: string): AttuneError {
  const what = `${repository}: expected a token with write access to ${endpoint}, got ${actual}`;
  return new AttuneError('HUB_UNAUTHORIZED', `${what}; ${howToGetToken(endpoint)}`);
}

/** The repository exists and is public. */
export function notPrivate({ repository, endpoint }: Destination): AttuneError {
  const what = `${repository}: expected a new or a private repository, got a public one`;
  const advice = `nothing was uploaded: make it private at ${endpoint}/${repository}/settings, or push without private`;
  return new AttuneError('HUB_NOT_PRIVATE', `${what}; ${advice}`);
}

/** HTTP status of the hub's response, if an error has one. */
export function statusOf(error: unknown): number | undefined {
  const { statusCode } = (error ?? {}) as Partial<HubError>;
  return typeof statusCode === 'number' ? statusCode : undefined;
}

/** The library's error for a response other than success. */
interface HubError extends Error {
  readonly statusCode: number;
  /** Whether the hub or the store of large files responded. */
  readonly url?: string;
  readonly data?: { readonly error?: unknown; readonly message?: unknown };
}

function refused(cause: HubError, { repository, endpoint }: Destination): AttuneError {
  const { statusCode: status, url = '', data, message } = cause;
  const answer = wordsOf(data?.error ?? data?.message ?? message);
  const actual = `got ${status}${answer && ` (${answer})`}`;
  const failure = (code: AttuneErrorCode, text: string) => new AttuneError(code, `${repository}: ${text}`, { cause });
  // The store of large files is a separate host without tokens; its addresses expire.
  const isStore = status !== 401 && url !== '' && !url.startsWith(`${endpoint}/`);
  if (isStore || status >= 500 || [408, 409, 412, 429].includes(status)) {
    return failure('HUB_UPLOAD', `expected ${endpoint} to take the upload, ${actual}; try again later: ${isSafe}`);
  }
  if (status === 401 || status === 403) {
    const token = howToGetToken(endpoint);
    return failure('HUB_UNAUTHORIZED', `expected a token that may write there on ${endpoint}, ${actual}; ${token}`);
  }
  if (status === 404) {
    const advice = 'check the name, that the account may write there, and HF_ENDPOINT';
    return failure('HUB_NOT_FOUND', `expected the repository or its branch on ${endpoint}, ${actual}; ${advice}`);
  }
  return failure(
    'HUB_UPLOAD',
    `expected ${endpoint} to take the upload, ${actual}; fix what it reports, then push again`,
  );
}

/** Description of a response that is not a hub's; undefined for other failures. */
function otherAnswer(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return /['"]</.test(error.message) ? 'a web page' : 'an answer that is not JSON';
  const isMisread = error instanceof TypeError && error.cause === undefined;
  return isMisread && /undefined|null|is not (iterable|a function)/.test(error.message)
    ? 'an answer of another form'
    : undefined;
}

function noHub(cause: unknown, { repository, endpoint }: Destination, got: string): AttuneError {
  const what = `${repository}: expected ${endpoint} to answer as a hub does, got ${got}`;
  return new AttuneError('HUB_UPLOAD', `${what}; check that HF_ENDPOINT is a Hugging Face hub, then push again`, {
    cause,
  });
}

function interrupted(cause: unknown, { repository, endpoint, proxy }: Destination): AttuneError {
  const what = `${repository}: the upload to ${endpoint} was interrupted: expected an answer, got ${reasonOf(cause)}`;
  const advice = `${whatToCheck(proxy)}, then push again: ${isSafe}`;
  return new AttuneError('HUB_UPLOAD', `${what}; ${advice}`, { cause });
}

const isSafe = 'large files that have arrived are not sent twice, and the repository changes only once all are there';

function howToGetToken(endpoint: string): string {
  return `create one of the kind "write" at ${endpoint}/settings/tokens and set HF_TOKEN to it, or store it with "hf auth login"`;
}

/** Node's fetch reports only "fetch failed"; the reason is in its cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return wordsOf(cause);
  const inner = cause.cause instanceof Error ? cause.cause : undefined;
  const reason = inner && (inner.message || (inner as NodeJS.ErrnoException).code);
  return wordsOf(reason ? `${cause.message} (${reason})` : cause.message);
}

/** A server's message, safe for one line of a terminal. */
function wordsOf(text: unknown): string {
  return withoutTokens(String(text ?? ''))
    .replace(/[^\x21-\x7e]+/g, ' ')
    .trim()
    .slice(0, 300);
}
