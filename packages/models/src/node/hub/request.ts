import { setTimeout as sleep } from 'node:timers/promises';
import type { HubSettings } from './environment';
import { type Asked, badResponse, isPassing, unreachable } from './errors';

export interface RequestOptions {
  readonly id: string;
  readonly settings: HubSettings;
  readonly method: 'GET' | 'HEAD';
  /** First byte wanted of the file. */
  readonly from?: number;
  readonly signal: AbortSignal;
  /** A redirect that is not to be followed, because its headers are what was asked for. */
  readonly isAnswer?: (response: Response, location: string) => boolean;
}

const mostRedirects = 10;

/** One request to the hub, its redirects followed; the token goes to the hub alone, never to another host. */
export async function request(path: string, options: RequestOptions): Promise<Response> {
  const { settings, method, signal, isAnswer } = options;
  const asked = askedFor(path, options);
  let url = new URL(settings.endpoint + path);
  let token = settings.token;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const headers = headersOf(token, options.from);
    const response = await fetch(url, { method, headers, signal, redirect: 'manual' }).catch((cause: unknown) => {
      throw unreachable(asked, signal.aborted ? signal.reason : cause);
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || !location || isAnswer?.(response, location)) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (!next || !/^https?:$/.test(next.protocol)) throw badResponse(asked, 'expected a redirect to another address');
    if (next.origin !== url.origin) token = undefined;
    url = next;
  }
  throw badResponse(asked, `expected at most ${mostRedirects} redirects, got more`);
}

/** What an error says of a request. */
export function askedFor(path: string, { id, settings }: Pick<RequestOptions, 'id' | 'settings'>): Asked {
  return { id, endpoint: settings.endpoint, path, authorized: settings.token !== undefined };
}

function headersOf(token: string | undefined, from = 0): Record<string, string> {
  return {
    'user-agent': 'attune',
    // Sizes and ranges are those of the file itself, not of a compressed form.
    'accept-encoding': 'identity',
    ...(token && { authorization: `Bearer ${token}` }),
    ...(from > 0 && { range: `bytes=${from}-` }),
  };
}

/** A signal that aborts after a silence of so many milliseconds. */
export function silenceTimer(milliseconds: number): { signal: AbortSignal; heard(): void; stop(): void } {
  const controller = new AbortController();
  const reason = new Error(`no answer for ${milliseconds / 1000} seconds`);
  const timer = setTimeout(() => controller.abort(reason), milliseconds);
  const stop = () => {
    clearTimeout(timer);
    controller.abort(); // Frees the connection of an answer that was not read to its end.
  };
  return { signal: controller.signal, heard: () => timer.refresh(), stop };
}

/** How often, and after how long, a request that failed in passing is made again. */
export interface Retries {
  readonly attempts: number;
  /** Before the second attempt, in milliseconds; doubles with every further one, up to 8 seconds. */
  readonly delay: number;
}

/** Runs a task again while it fails in passing: a connection cut, a server that is out of order. */
export async function withRetries<T>(retries: Retries, task: () => Promise<T>): Promise<T> {
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
