import { setTimeout as sleep } from 'node:timers/promises';
import type { HubSettings } from './environment';
import { badResponse, isPassing, type RequestTarget, statusError, unreachable } from './errors';

interface RequestOptions {
  readonly id: string;
  readonly settings: HubSettings;
  readonly method: 'GET' | 'HEAD';
  /** First byte to request. */
  readonly from?: number;
  readonly signal: AbortSignal;
  /** Whether a redirect is the response itself, because only its headers are needed. */
  readonly isAnswer?: (response: Response, location: string) => boolean;
}

const mostRedirects = 10;

/** Sends one request to the hub and follows redirects. The token is sent only to the hub, never to another host. */
export async function request(path: string, options: RequestOptions): Promise<Response> {
  const { settings, method, signal, isAnswer } = options;
  const target = targetOf(path, options);
  let url = new URL(settings.endpoint + path);
  let token = settings.token;
  const send = settings.reach?.fetch ?? fetch;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const headers = headersOf(token, options.from);
    const response = await send(url, { method, headers, signal, redirect: 'manual' }).catch((cause: unknown) => {
      throw unreachable(target, signal.aborted ? signal.reason : cause);
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || !location || isAnswer?.(response, location)) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (!next || !/^https?:$/.test(next.protocol)) throw badResponse(target, 'expected a redirect to another address');
    if (next.origin !== url.origin) token = undefined;
    url = next;
  }
  throw badResponse(target, `expected at most ${mostRedirects} redirects, got more`);
}

/** Description of a request for errors. */
export function targetOf(path: string, { id, settings }: Pick<RequestOptions, 'id' | 'settings'>): RequestTarget {
  const { endpoint, token, reach } = settings;
  return { id, endpoint, path, authorized: token !== undefined, proxy: reach?.proxyFor(endpoint) };
}

function headersOf(token: string | undefined, from = 0): Record<string, string> {
  return {
    'user-agent': 'attune',
    // Sizes and ranges must be those of the file, not of a compressed form.
    'accept-encoding': 'identity',
    ...(token && { authorization: `Bearer ${token}` }),
    ...(from > 0 && { range: `bytes=${from}-` }),
  };
}

/** A signal that aborts after a number of milliseconds without progress. */
export function silenceTimer(milliseconds: number): { signal: AbortSignal; heard(): void; stop(): void } {
  const controller = new AbortController();
  const reason = new Error(`no answer for ${milliseconds / 1000} seconds`);
  const timer = setTimeout(() => controller.abort(reason), milliseconds);
  const stop = () => {
    clearTimeout(timer);
    controller.abort(); // Frees the connection of a response that was not read to its end.
  };
  return { signal: controller.signal, heard: () => timer.refresh(), stop };
}

/** Number of attempts of a request, and the delay between them. */
export interface Retries {
  /** Total number of attempts, at least 1. */
  readonly attempts: number;
  /** Delay before the second attempt in milliseconds; doubles with each further attempt, up to 8 seconds. */
  readonly delay: number;
}

/** Repeats a task that fails temporarily: a lost connection, an unavailable server. */
async function withRetries<T>(retries: Retries, task: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await task();
    } catch (error) {
      if (!isPassing(error) || failures >= retries.attempts) throw error;
      await backOff(retries, failures);
    }
  }
}

/** Waits before attempt `failures + 1`. */
export async function backOff({ delay }: Retries, failures: number): Promise<void> {
  await sleep(Math.min(delay * 2 ** (failures - 1), 8000));
}

/** A file as the hub describes it. */
export interface RemoteFile {
  /** Path of its address, relative to the endpoint. */
  readonly path: string;
  readonly commit: string;
  /** Name among Python's blobs: SHA-256 of a large file, Git's SHA-1 of others. */
  readonly etag: string;
  /** Size in bytes. */
  readonly size: number;
}

export interface HubRequest {
  readonly id: string;
  readonly settings: HubSettings;
  readonly retries: Retries;
}

/** The file's commit, hash and size; undefined if the revision has no such file. */
export async function describeFile(
  name: string,
  revision: string,
  { id, settings, retries }: HubRequest,
): Promise<RemoteFile | undefined> {
  const path = `/${id}/resolve/${encodeURIComponent(revision)}/${encodeURIComponent(name)}`;
  const target = targetOf(path, { id, settings });
  const response = await withRetries(retries, async () => {
    const timer = silenceTimer(settings.timeouts.metadata);
    const options = { id, settings, method: 'HEAD', signal: timer.signal, isAnswer: describesFile } as const;
    const answer = await request(path, options).finally(timer.stop);
    if (answer.status >= 300 && !answer.headers.has('location') && !isAbsent(answer, revision)) {
      throw statusError(target, answer);
    }
    return answer;
  });
  return response.status === 404 ? undefined : readHeaders(response, { path, target });
}

/**
 * A redirect to the store of large files is the response: its headers describe the file. A redirect within the hub
 * (a renamed model), or by a mirror whose headers do not describe the file, is followed.
 */
function describesFile({ headers }: Response, location: string): boolean {
  return URL.canParse(location) && headers.has('x-repo-commit');
}

/** Some mirrors send only 404; for a commit that was just resolved, it means that the file is missing. */
function isAbsent({ status, headers }: Response, revision: string): boolean {
  const code = headers.get('x-error-code');
  return status === 404 && (code === 'EntryNotFound' || (!code && isCommit(revision)));
}

function readHeaders({ headers }: Response, { path, target }: { path: string; target: RequestTarget }): RemoteFile {
  const commit = headers.get('x-repo-commit') ?? '';
  const etag = plain(headers.get('x-linked-etag') ?? headers.get('etag') ?? '');
  const bytes = headers.get('x-linked-size') ?? (headers.has('location') ? null : headers.get('content-length'));
  // Both are used as file names in the cache.
  if (!isCommit(commit)) {
    throw badResponse(target, `expected a commit in the header x-repo-commit, got "${commit}"`);
  }
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) {
    throw badResponse(target, `expected a sha1 or sha256 in the header etag, got "${etag}"`);
  }
  if (bytes === null || !/^\d{1,15}$/.test(bytes)) {
    throw badResponse(target, `expected a size in the header content-length, got "${bytes}"`);
  }
  return { path, commit, etag, size: Number(bytes) };
}

/** Whether a revision is a full commit hash, whose files never change. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** An entity tag without quotes and the prefix of weak tags. */
function plain(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}
