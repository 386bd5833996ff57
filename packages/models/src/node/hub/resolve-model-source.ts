import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AttuneError, type AttuneErrorCode, firstOf, isAttuneError } from '@attune/internal';
import { cachedCommit, repositoryFolder, revisionPattern } from './cache';
import { type DownloadProgress, downloadModel } from './download-model';
import { cacheDirectory, type Environment, hubSettings, isOffline } from './environment';
import { isOutOfReach } from './errors';
import type { Retries } from './request';

/** Options of `resolveModelSource`. */
export interface ResolveOptions {
  /** Branch, tag or commit of a hub model; default `main`. */
  readonly revision?: string;
  /** Treats the source as a hub id even if a directory of that name exists; default false. */
  readonly isHubId?: boolean;
  /** Environment variables HF_HUB_CACHE, HF_HOME, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE, …; default `process.env`. */
  readonly environment?: Environment;
  /** Called with the progress of each download; default none. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called with a note if the hub cannot be reached and the cache is used; default none. */
  readonly onNote?: (note: string) => void;
  /** Retries of requests that fail temporarily; default five attempts, the second after half a second. */
  readonly retries?: Retries;
}

/** `name` or `owner/name`, as huggingface_hub accepts them. */
const hubId = /^(?!.*(?:--|\.\.))(?:\w(?:[\w.-]{0,94}\w)?\/)?\w(?:[\w.-]{0,94}\w)?$/;

/**
 * Resolves a model directory: the given directory, or a hub model in the local Hugging Face cache, which is downloaded
 * if it is missing or if the hub has a newer commit of the revision.
 *
 * Cache, environment variables and checks are those of huggingface_hub, so both share downloads. With
 * `HF_HUB_OFFLINE=1` no request is sent. If the hub cannot be reached, a cached model is used with a note.
 *
 * @throws AttuneError CHECKPOINT_MISSING if the source is neither a directory nor a hub id, or is offline and not cached;
 *   HUB_… for faults of the hub or the disk: access, a wrong name, a wrong hash, no space
 * @example
 * await resolveModelSource('models/minilm'); // 'models/minilm'
 * await resolveModelSource('distilbert-base-uncased'); // '…/hub/models--distilbert-base-uncased/snapshots/12040a…'
 */
export async function resolveModelSource(source: string, options: ResolveOptions = {}): Promise<string> {
  if (!options.isHubId && (await isDirectory(source))) return source;
  if (!hubId.test(source)) {
    throw missing(`${source}: expected a model directory or a hub id (name or owner/name), found no such directory`);
  }
  try {
    return await fromHub(source, options);
  } catch (error) {
    throw await namingNeighbors(source, error);
  }
}

/** The cached directory of a hub model, downloaded if the hub has a newer one. */
async function fromHub(source: string, options: ResolveOptions): Promise<string> {
  const { revision = 'main', environment = process.env } = options;
  if (!revisionPattern.test(revision)) {
    throw new RangeError(`resolveModelSource: revision expected a branch, tag or commit, got "${revision}"`);
  }
  const cache = cacheDirectory(environment);
  const repository = repositoryFolder(cache, source);
  const cached = join(repository, 'snapshots', await cachedCommit(repository, revision));
  if (isOffline(environment)) return offline(source, revision, cached);
  try {
    return await downloadModel(source, {
      ...options,
      revision,
      cache,
      isCached: await hasWeights(cached),
      settings: await hubSettings(environment),
    });
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    return unlessCached(source, cached, { error, onNote: options.onNote });
  }
}

async function offline(source: string, revision: string, cached: string): Promise<string> {
  if (await isDirectory(cached)) return cached;
  const fetch = `hf download ${source}${revision === 'main' ? '' : ` --revision ${revision}`}`;
  throw missing(
    `${notFound(source, cached)}; unset HF_HUB_OFFLINE to download it, get it elsewhere with ` +
      `"pip install huggingface_hub && ${fetch}", or pass a model directory`,
  );
}

/** The cached model if it has weights; otherwise throws the hub's error. */
async function unlessCached(
  source: string,
  cached: string,
  { error, onNote }: { error: AttuneError; onNote?: (note: string) => void },
): Promise<string> {
  if (!(await hasWeights(cached))) {
    throw new AttuneError(error.code, `${notFound(source, cached)}, and the hub cannot be reached: ${error.message}`, {
      cause: error,
    });
  }
  onNote?.(`${error.message}; using the cached model, which may be outdated: ${cached}`);
  return cached;
}

async function hasWeights(directory: string): Promise<boolean> {
  const files: readonly string[] = await readdir(directory).catch(() => []);
  return files.some((file) => /\.(?:safetensors|bin|h5|msgpack)$/.test(file));
}

function notFound(source: string, cached: string): string {
  const expected = 'expected a directory of that name, or the model in the Hugging Face cache';
  return `${source}: ${expected}, found neither (looked for ${cached})`;
}

/** Number of directories that an error lists. */
const mostListed = 8;

/** Codes for a model that is missing or cannot be requested. */
const absent: readonly AttuneErrorCode[] = [
  'CHECKPOINT_MISSING',
  'HUB_NOT_FOUND',
  'HUB_UNAUTHORIZED',
  'HUB_UNREACHABLE',
];

/** For `runs/typo` with an existing directory `runs`, an error that lists its contents: a path was probably meant, not a hub id. */
async function namingNeighbors(source: string, error: unknown): Promise<unknown> {
  const parent = dirname(source);
  if (!isAttuneError(error, ...absent) || parent === '.' || !(await isDirectory(parent))) return error;
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const there = names.length === 0 ? 'no directories' : firstOf(names, { most: mostListed });
  return new AttuneError(
    'CHECKPOINT_MISSING',
    `${source}: expected a model or a run, found no directory of that name in ${parent} (it has ${there}), nor a model of that id on the hub; check the path`,
    { cause: error },
  );
}

function missing(message: string): AttuneError {
  return new AttuneError('CHECKPOINT_MISSING', message);
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
