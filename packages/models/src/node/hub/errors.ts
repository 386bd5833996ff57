import { AttuneError, isAttuneError } from '@attune/internal';

/** Target of a request: the model, the hub and the path. */
export interface RequestTarget {
  readonly id: string;
  readonly endpoint: string;
  readonly path: string;
  /** Whether a token was sent. */
  readonly authorized: boolean;
  /** The proxy in use, by its variable and address. */
  readonly proxy?: string;
}

/** The hub did not respond, or the response broke off; `cause` has the reason. */
export function unreachable({ id, endpoint, path, proxy }: RequestTarget, cause: unknown): AttuneError {
  const message = `${id}: expected an answer from ${endpoint}${path}, got ${reasonOf(cause)}; ${whatToCheck(proxy)}, then try again`;
  return new AttuneError('HUB_UNREACHABLE', message, { cause });
}

/** Advice for a hub that does not respond. */
export function whatToCheck(proxy: string | undefined): string {
  if (proxy === undefined) return 'check the network and HF_ENDPOINT';
  return `check the proxy of ${proxy} (with a login: http://user:password@host:port), or list the host in NO_PROXY to bypass it; then check the network and HF_ENDPOINT`;
}

/** The response is not a file of a model. */
export function badResponse({ id, endpoint, path }: RequestTarget, actual: string): AttuneError {
  const message = `${id}: ${endpoint}${path}: ${actual}; check that HF_ENDPOINT is a Hugging Face hub, then try again`;
  return new AttuneError('HUB_RESPONSE', message);
}

/** Error for a status other than success, by the hub's own error code if there is one. */
export function statusError(target: RequestTarget, { status, headers }: Response): AttuneError {
  const { id, endpoint, path } = target;
  const message = wordsOf(headers.get('x-error-message'));
  const where = `${id}: expected a model on ${endpoint}, got ${status}${message && ` (${message})`} for ${path}`;
  const code = headers.get('x-error-code');
  if (code === 'GatedRepo' || (status === 403 && code !== 'DisabledRepo')) {
    const what = 'access has to be granted first: accept its license at';
    const set = target.authorized ? 'with the account of your HF_TOKEN' : 'and set HF_TOKEN to a token of that account';
    return new AttuneError('HUB_GATED', `${where}; ${what} ${endpoint}/${id} ${set}`);
  }
  if (status === 401) {
    const token = target.authorized
      ? 'check that the token (HF_TOKEN, or the one that "hf auth login" stored) is valid and may read it'
      : 'if it is private or gated, set HF_TOKEN to a token that may read it, without HF_HUB_DISABLE_IMPLICIT_TOKEN';
    return new AttuneError('HUB_UNAUTHORIZED', `${where}; check the name; ${token}; ${orDirectory(id)}`);
  }
  if (code === 'RevisionNotFound') {
    return new AttuneError('HUB_NOT_FOUND', `${where}: no such revision; see ${endpoint}/${id}/refs`);
  }
  if (status === 404 || code === 'RepoNotFound') {
    return new AttuneError('HUB_NOT_FOUND', `${where}: no such model or revision; check the name; ${orDirectory(id)}`);
  }
  if (status >= 500 || status === 429 || status === 408) {
    return new AttuneError('HUB_UNAVAILABLE', `${where}; the hub is busy or unavailable: try again later`);
  }
  return new AttuneError('HUB_RESPONSE', `${where}; open that address in a browser to see why`);
}

/** An error of the file system with advice; other errors unchanged. */
export function fileError(error: unknown, where: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (isAttuneError(error) || !(error instanceof Error) || !syscall) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(where, message, error);
  const what = `${where}: expected a writable directory for the download, got ${message}`;
  const advice = 'make it writable, or set HF_HUB_CACHE to another directory';
  return new AttuneError('HUB_CACHE', `${what}; ${advice}`, { cause: error });
}

/** The disk has too little space for a download. */
export function diskFull(where: string, actual: string, cause?: unknown): AttuneError {
  const advice = 'free some space, or set HF_HUB_CACHE to another disk; the download then resumes where it stopped';
  return new AttuneError('HUB_DISK_FULL', `${where}: expected room for the download, got ${actual}; ${advice}`, {
    cause,
  });
}

/** Whether the hub could not be reached, so that only the cache is available. */
export function isOutOfReach(error: unknown): error is AttuneError {
  return isAttuneError(error) && ['HUB_UNREACHABLE', 'HUB_UNAVAILABLE'].includes(error.code);
}

/** Whether a retry may help: not if the host does not exist or refuses connections. */
export function isPassing(error: unknown): boolean {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause.cause : undefined;
  return isOutOfReach(error) && !['ENOTFOUND', 'ECONNREFUSED'].includes((inner as NodeJS.ErrnoException)?.code ?? '');
}

function orDirectory(id: string): string {
  return `if you meant a directory: ./${id} does not exist`;
}

/** The first cause in a chain of errors, or the status of a proxy that refuses a tunnel. */
function innermost(cause: unknown): Error | undefined {
  if (!(cause instanceof Error)) return undefined;
  return innermost(cause.cause) ?? cause;
}

/** Node's fetch reports only "fetch failed"; the reason is in its cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return wordsOf(String(cause));
  const inner = innermost(cause.cause);
  return inner ? `${cause.message} (${inner.message || (inner as NodeJS.ErrnoException).code})` : cause.message;
}

/** A server's message, safe for one line of a terminal. */
function wordsOf(text: string | null): string {
  return withoutTokens(text ?? '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 200);
}

/** Text without tokens of the request, which some servers send back. */
export function withoutTokens(text: string): string {
  return text.replace(/\bhf_\w+/g, 'hf_***').replace(/\b(Bearer|Basic) +(?!hf_)\S+/gi, '$1 ***');
}
