import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { type Reach, reachOf } from './proxy';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings for requests to the hub. */
export interface HubSettings {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | undefined;
  /** `fetch` to use; default Node's own. */
  readonly reach?: Reach;
  /** Longest wait for a response, or for more of it, in milliseconds. */
  readonly timeouts: { readonly metadata: number; readonly download: number };
}

interface HubSettingsOptions {
  /** Whether the request is refused without a token, such as a push; default false. */
  readonly needsToken?: boolean;
}

/** The hub's settings from environment variables, with the names and defaults of huggingface_hub's `constants.py`. */
export async function hubSettings(
  environment: Environment,
  { needsToken = false }: HubSettingsOptions = {},
): Promise<HubSettings> {
  return {
    endpoint: endpointOf(environment),
    token: await tokenOf(environment, needsToken),
    reach: await reachOf(environment),
    timeouts: {
      metadata: milliseconds(environment.HF_HUB_ETAG_TIMEOUT),
      download: milliseconds(environment.HF_HUB_DOWNLOAD_TIMEOUT),
    },
  };
}

/** Timeout of an upload without progress, in milliseconds: a store may need a while to take a large file, and a hub to commit. */
export function uploadSilence({ HF_HUB_DOWNLOAD_TIMEOUT }: Environment): number {
  return milliseconds(HF_HUB_DOWNLOAD_TIMEOUT, 60_000);
}

/** Directory in which Python stores downloaded models. */
export function cacheDirectory(environment: Environment): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = environment;
  return fromHome(HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || join(homeOf(environment), 'hub'), environment);
}

/** Whether offline mode is set. */
export function isOffline({ HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE }: Environment): boolean {
  return isTrue(HF_HUB_OFFLINE || TRANSFORMERS_OFFLINE);
}

function endpointOf({ HF_ENDPOINT }: Environment): string {
  const endpoint = (HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const problem = endpointProblem(endpoint);
  if (problem === undefined) return endpoint;
  throw new AttuneError('HUB_ENDPOINT', `HF_ENDPOINT: expected ${problem}`);
}

/** The fault of a hub address for messages, without parts that may be secret. */
function endpointProblem(endpoint: string): string | undefined {
  const usual = 'an address such as https://huggingface.co';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (endpoint.includes('@'))
    return `${usual}, got one with a user name or a password in it; remove them, and set HF_TOKEN to a token`;
  if (url?.search || url?.hash) return `${usual}, got one with a ? or # in it; remove that part and the rest`;
  if (url && /^https?:$/.test(url.protocol)) return undefined;
  return `${usual}, got "${endpoint.replace(/[?#].*$/s, '')}"; correct or unset it`;
}

/** The token in the environment, or the one stored by `hf auth login`; none for a download where implicit tokens are disabled. */
async function tokenOf(environment: Environment, needsToken: boolean): Promise<string | undefined> {
  if (!needsToken && isTrue(environment.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const token = clean(environment.HF_TOKEN) ?? clean(environment.HUGGING_FACE_HUB_TOKEN);
  if (token) return token;
  const file = fromHome(environment.HF_TOKEN_PATH || join(homeOf(environment), 'token'), environment);
  return clean(await readFile(file, 'utf8').catch(() => undefined));
}

/** A token without the line breaks that shells and editors add. Refuses tokens that are not valid in a header. */
function clean(token: string | undefined): string | undefined {
  const text = token?.trim();
  if (!text) return undefined;
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  const message = 'HF_TOKEN: expected printable ASCII without spaces, got something else; copy the token again';
  throw new AttuneError('HUB_UNAUTHORIZED', message);
}

function homeOf({ HF_HOME, XDG_CACHE_HOME }: Environment): string {
  return HF_HOME || join(XDG_CACHE_HOME || join('~', '.cache'), 'huggingface');
}

/** A path with `~` and variables replaced, as by Python's `expanduser` and `expandvars`; unknown variables stay. */
function fromHome(path: string, environment: Environment): string {
  const variable = /\$(?:(\w+)|\{(\w+)\})/g;
  return path
    .replace(/^~(?=[\\/]|$)/, homedir())
    .replace(variable, (whole, name, braced) => environment[name ?? braced] ?? whole);
}

function isTrue(value = ''): boolean {
  return ['1', 'ON', 'YES', 'TRUE'].includes(value.toUpperCase());
}

function milliseconds(seconds: string | undefined, otherwise = 10_000): number {
  const value = Number(seconds);
  return value > 0 && value <= 86_400 ? value * 1000 : otherwise;
}
