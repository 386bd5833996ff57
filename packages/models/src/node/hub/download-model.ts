import { basename, dirname, join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { makeDirectory } from '@attune/internal/node';
import { isObject } from '../../checkpoint/describe';
import { requireFamily } from '../../config';
import { readJson } from '../checkpoint/files';
import { markAbsent, placesOf, pointTo, repositoryFolder, sizeAt, writeRef } from './cache';
import { downloadBlob } from './download-blob';
import type { HubSettings } from './environment';
import { fileError } from './errors';
import { describeFile, type HubRequest, isCommit, type RemoteFile, type Retries } from './request';

/** Progress of the download of one file. */
export interface DownloadProgress {
  /** Its name in the repository, such as `model.safetensors`. */
  readonly file: string;
  /** Bytes downloaded so far, including those of an earlier attempt. */
  readonly received: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

interface DownloadOptions {
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Directory of Python's cache. */
  readonly cache: string;
  readonly settings: HubSettings;
  readonly retries?: Retries;
  /** Whether a cached model can be used instead, so that the hub is asked for the newest commit only once; default false. */
  readonly isCached?: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

const configFile = 'config.json';
const weightsFile = 'model.safetensors';
const weightsIndex = 'model.safetensors.index.json';
const tokenizerFiles = [
  ...['tokenizer.json', 'vocab.txt', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json'],
];
/** Files with the chat template and the end tokens. */
const chatFiles = ['chat_template.jinja', 'generation_config.json'];
/** Vocabularies in other formats, tried in order if there is no supported one: SentencePiece models, and a format whose conversion is explained on loading. */
const otherVocabularies = ['tokenizer.model', 'sentencepiece.bpe.model', 'spiece.model', 'spm.model', 'vocab.json'];
const otherWeights = ['pytorch_model.bin', 'tf_model.h5', 'flax_model.msgpack'];
const patient: Retries = { attempts: 5, delay: 500 };

interface Snapshot extends HubRequest {
  readonly repository: string;
  readonly commit: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Downloads a model from the hub into Python's cache and returns the directory of its snapshot.
 *
 * Only supported files are downloaded: configuration, safetensors (or their index and shards), tokenizer, chat template. Files in
 * the cache are not requested again; a branch or tag costs one request for its commit.
 *
 * @throws AttuneError HUB_… with the address, the response and the fix; CHECKPOINT_UNSUPPORTED for an unsupported family, before the weights are downloaded
 * @see huggingface_hub's `file_download.py`, whose routes, headers and layout these are
 */
export async function downloadModel(id: string, options: DownloadOptions): Promise<string> {
  const { revision, cache, settings, retries = patient, isCached = false, onProgress } = options;
  const repository = repositoryFolder(cache, id);
  try {
    const asking = isCached ? { ...retries, attempts: 1 } : retries;
    const commit = await commitOf(revision, { id, settings, retries: asking });
    const snapshot = { id, settings, retries, repository, commit, onProgress };
    await fetchAll(snapshot);
    await writeRef(repository, revision, commit);
    return join(repository, 'snapshots', commit);
  } catch (error) {
    throw fileError(error, repository);
  }
}

async function commitOf(revision: string, hub: HubRequest): Promise<string> {
  if (isCommit(revision)) return revision;
  const config = await describeFile(configFile, revision, hub);
  if (!config) throw noFile(hub, configFile, revision);
  return config.commit;
}

async function fetchAll(snapshot: Snapshot): Promise<void> {
  const config = await obtain(configFile, snapshot);
  if (config === undefined) throw noFile(snapshot, configFile, snapshot.commit);
  const found = [];
  for (const file of [...tokenizerFiles, ...chatFiles]) if (await obtain(file, snapshot)) found.push(file);
  if (!found.includes('tokenizer.json') && !found.includes('vocab.txt')) await obtainFirst(otherVocabularies, snapshot);
  requireFamily(await readJson(config), `${snapshot.id}: config.json`); // before the large files
  if (await obtain(weightsFile, snapshot)) return;
  const index = await obtain(weightsIndex, snapshot);
  if (!index) throw await noWeights(snapshot);
  for (const shard of await shardsOf(index)) {
    if (!(await obtain(shard, snapshot))) throw noFile(snapshot, shard, snapshot.commit);
  }
}

async function obtainFirst(names: readonly string[], snapshot: Snapshot): Promise<void> {
  for (const name of names) {
    if (!(await obtain(name, snapshot))) continue;
    if (name === 'vocab.json') await obtain('merges.txt', snapshot);
    return;
  }
}

/** The files that an index names, without names that are paths: the reader of the index refuses those. */
async function shardsOf(index: string): Promise<Set<string>> {
  const json = await readJson(index);
  const map = isObject(json) && isObject(json.weight_map) ? json.weight_map : {};
  const isPlain = (name: unknown): name is string =>
    typeof name === 'string' && /^[\w.-]+\.safetensors$/.test(name) && basename(name) === name;
  return new Set(Object.values(map).filter(isPlain));
}

/** The file's path in the snapshot, downloaded if needed; undefined if the model has no such file. */
async function obtain(name: string, snapshot: Snapshot): Promise<string | undefined> {
  const { repository, commit } = snapshot;
  const { pointer, absence } = placesOf(repository, commit, name);
  if ((await sizeAt(pointer)) !== undefined) return pointer;
  if ((await sizeAt(absence)) !== undefined) return undefined;
  const remote = await describeFile(name, commit, snapshot);
  if (!remote) {
    await markAbsent(absence);
    return undefined;
  }
  await pointTo(await obtainBlob(name, remote, snapshot), pointer);
  return pointer;
}

async function obtainBlob(name: string, remote: RemoteFile, snapshot: Snapshot): Promise<string> {
  const { repository, onProgress } = snapshot;
  const blob = join(repository, 'blobs', remote.etag);
  if ((await sizeAt(blob)) === remote.size) return blob;
  await makeDirectory(dirname(blob));
  const { size } = remote;
  await downloadBlob(remote, blob, {
    ...snapshot,
    onReceived: (received) => onProgress?.({ file: name, received, size }),
  });
  return blob;
}

function noFile({ id, settings }: HubRequest, name: string, revision: string): AttuneError {
  const what = `expected a model with ${name}, found no such file`;
  const message = `${id}: ${settings.endpoint}/${id}/tree/${revision}: ${what}; choose a model for transformers`;
  return new AttuneError('HUB_NOT_FOUND', message);
}

/** Error that names the format of the model's weights and how to convert them. */
async function noWeights(snapshot: Snapshot): Promise<AttuneError> {
  const { id, settings, commit } = snapshot;
  for (const file of otherWeights) {
    if (!(await describeFile(file, commit, snapshot))) continue;
    const save = `hf download ${id} --revision ${commit} --local-dir ${basename(id)}`;
    const what = `expected ${weightsFile}, got ${file}, a format that is not supported`;
    const advice = `get it with "pip install huggingface_hub && ${save}" and pass that directory: the message then has the command that converts it`;
    return new AttuneError('HUB_FORMAT', `${id}: ${settings.endpoint}/${id}/tree/${commit}: ${what}; ${advice}`);
  }
  return noFile(snapshot, `${weightsFile} or ${weightsIndex}`, commit);
}
