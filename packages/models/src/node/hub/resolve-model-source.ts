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
  /** Branch, tag or commit of a hub id; default `main`. */
  readonly revision?: string;
  /** Takes the source for a hub id, although a directory has that name; default false. */
  readonly isHubId?: boolean;
  /** Where HF_HUB_CACHE, HF_HOME, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE, … are looked up; default `process.env`. */
  readonly environment?: Environment;
  /** Told, file by file, how far a download is; default none. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Told that the hub was out of reach and the cache is used as it is; default none. */
  readonly onNote?: (note: string) => void;
  /** Of requests that fail in passing; default five attempts, the second after half a second. */
  readonly retries?: Retries;
}

/** `name` or `owner/name`, as huggingface_hub accepts them. */
const hubId = /^(?!.*(?:--|\.\.))(?:\w(?:[\w.-]{0,94}\w)?\/)?\w(?:[\w.-]{0,94}\w)?$/;

/**
 * The directory of a model: the one named, or a hub id's in the local Hugging Face cache, into which it is downloaded
 * first where it is not there yet or the hub has a newer commit of the revision.
 *
 * Cache, environment variables and checks are Python's: what one has downloaded, the other loads. With
 * `HF_HUB_OFFLINE=1` no request is made. Where the hub cannot be reached, a model that is cached is used with a note.
 *
 * @throws AttuneError CHECKPOINT_MISSING for what is neither a directory nor a hub id, or offline and not cached;
 *   HUB_… for what the hub or the disk refuses: access, a wrong name, a wrong hash, no space
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

/** The directory in the cache of a hub id, downloaded where the hub has a newer one. */
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

/** What the cache has of the model, where it has weights; else the hub's error, which says why there is no more. */
async function unlessCached(
  source: string,
  cached: string,
  { error, onNote }: { error: AttuneError; onNote?: (note: string) => void },
): Promise<string> {
  const files = await readdir(cached).catch(() => []);
  if (!files.some((file) => /\.(?:safetensors|bin|h5|msgpack)$/.test(file))) {
    throw new AttuneError(error.code, `${notFound(source, cached)}, and the hub cannot be asked: ${error.message}`, {
      cause: error,
    });
  }
  onNote?.(`${error.message}; going on with the model in the cache, which may not be the newest: ${cached}`);
  return cached;
}

function notFound(source: string, cached: string): string {
  const expected = 'expected a directory of that name, or the model in the Hugging Face cache';
  return `${source}: ${expected}, found neither (looked for ${cached})`;
}

/** Directories that an error lists. */
const mostListed = 8;

/** Errors of what is not there, or cannot be asked for. */
const absent: readonly AttuneErrorCode[] = [
  'CHECKPOINT_MISSING',
  'HUB_NOT_FOUND',
  'HUB_UNAUTHORIZED',
  'HUB_UNREACHABLE',
];

/** For `runs/typo`, where there is a directory `runs`, the error that lists what is in it: a path was meant rather than a hub id. */
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
