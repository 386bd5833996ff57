import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError } from '@attune/internal';
import { isMissing } from '@attune/internal/node';
import { badResponse, diskFull, isOutOfReach, statusError, unreachable } from './errors';
import { backOff, type HubRequest, type RemoteFile, request, silenceTimer, targetOf } from './request';

interface BlobOptions extends HubRequest {
  /** Called with the number of bytes downloaded so far. */
  readonly onReceived?: (bytes: number) => void;
}

/**
 * Downloads a file to `blob` by way of `<blob>.incomplete`, which a later call resumes.
 *
 * Size and hash are checked before the file is renamed to `blob`. Two processes that download the same file write the same
 * bytes at the same offsets, so they need no lock.
 *
 * @throws AttuneError HUB_HASH if the content is wrong, HUB_DISK_FULL, HUB_UNREACHABLE after all attempts
 */
export async function downloadBlob(remote: RemoteFile, blob: string, options: BlobOptions): Promise<void> {
  const part = `${blob}.incomplete`;
  const resumed = await startOf(part, remote);
  await checkSpace(part, remote.size - resumed);
  // The existing part may be damaged; if so, the file is downloaded from its start.
  const sound = (await fill(part, remote, options)) || (resumed > 0 && (await fill(part, remote, options)));
  if (!sound) throw wrongHash(remote, options);
  await rename(part, blob).catch(async (error: unknown) => {
    const byAnother = isMissing(error) && (await stat(blob).catch(() => undefined))?.size === remote.size;
    if (!byAnother) throw error;
  });
}

/** Size of the part that is already downloaded; a part longer than the file counts as 0. */
async function startOf(part: string, { size }: RemoteFile): Promise<number> {
  const bytes = await stat(part).then(
    (stats) => stats.size,
    () => 0,
  );
  if (bytes <= size) return bytes;
  await rm(part);
  return 0;
}

async function checkSpace(part: string, needed: number): Promise<void> {
  const directory = dirname(part);
  const { bavail, bsize } = await statfs(directory);
  if (needed > bavail * bsize) throw diskFull(directory, `${bavail * bsize} bytes free of ${needed} wanted`);
}

/** Completes the part; removes it if its hash is wrong. */
async function fill(part: string, remote: RemoteFile, options: BlobOptions): Promise<boolean> {
  const file = await open(part, constants.O_RDWR | constants.O_CREAT, 0o666);
  try {
    await receiveAll(file, remote, options);
    const algorithm = remote.etag.length === 64 ? 'sha256' : 'git-sha1';
    if ((await contentHash(file, algorithm)) === remote.etag) {
      await file.sync();
      return true;
    }
  } finally {
    await file.close();
  }
  await rm(part, { force: true });
  return false;
}

/** Requests the rest until it is complete; gives up after a number of consecutive attempts without progress. */
async function receiveAll(file: FileHandle, remote: RemoteFile, options: BlobOptions): Promise<void> {
  let { size: position } = await file.stat();
  let furthest = position;
  let failures = 0;
  options.onReceived?.(position);
  while (position < remote.size) {
    const onReceived = (bytes: number) => {
      position = bytes;
      options.onReceived?.(bytes);
    };
    try {
      await receive(file, position, remote, { ...options, onReceived });
    } catch (error) {
      failures = position > furthest ? 1 : failures + 1;
      furthest = Math.max(furthest, position);
      if (!isOutOfReach(error) || failures >= options.retries.attempts) throw error;
      await backOff(options.retries, failures);
    }
  }
}

type Receiving = BlobOptions & Required<Pick<BlobOptions, 'onReceived'>>;

/** Writes the bytes of one response at their offsets. */
async function receive(file: FileHandle, from: number, remote: RemoteFile, options: Receiving): Promise<void> {
  const target = targetOf(remote.path, options);
  const timer = silenceTimer(options.settings.timeouts.download);
  try {
    const response = await request(remote.path, { ...options, method: 'GET', from, signal: timer.signal });
    let position = firstByte(response, from, remote, options);
    for await (const chunk of bytesOf(response, (cause) => unreachable(target, timer.signal.reason ?? cause))) {
      timer.heard();
      if (position + chunk.length > remote.size) throw tooLong(remote, options);
      await writeFully(file, chunk, position);
      position += chunk.length;
      options.onReceived(position);
    }
    if (position < remote.size) throw unreachable(target, `the end after ${position} of ${remote.size} bytes`);
  } finally {
    timer.stop();
  }
}

/** Offset of a response's bytes: a server without ranges sends the whole file. */
function firstByte(response: Response, from: number, remote: RemoteFile, options: BlobOptions): number {
  const target = targetOf(remote.path, options);
  if (response.status === 200) return 0;
  if (response.status !== 206) throw statusError(target, response);
  const range = response.headers.get('content-range') ?? '';
  if (range.startsWith(`bytes ${from}-`)) return from;
  throw badResponse(target, `expected the bytes from ${from} on, got "${range}"`);
}

async function* bytesOf({ body }: Response, brokenOff: (cause: unknown) => Error): AsyncGenerator<Uint8Array> {
  try {
    if (body) yield* body as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw brokenOff(cause);
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function wrongHash({ path, etag }: RemoteFile, { id, settings }: BlobOptions): AttuneError {
  const what = `expected content with the hash ${etag}, got another`;
  return new AttuneError('HUB_HASH', `${id}: ${settings.endpoint}${path}: ${what}; it was discarded: try again`);
}

function tooLong({ path, size }: RemoteFile, { id, settings }: BlobOptions): AttuneError {
  const what = `expected ${size} bytes, got more`;
  return new AttuneError('HUB_HASH', `${id}: ${settings.endpoint}${path}: ${what}; check HF_ENDPOINT, or try again`);
}

const chunkBytes = 1024 * 1024;

/**
 * The name of a file's content among the hub's blobs, in hexadecimal: its SHA-256, or Git's SHA-1 of a blob,
 * which is over `blob <size>\0` and the content.
 */
export async function contentHash(file: FileHandle, algorithm: 'sha256' | 'git-sha1'): Promise<string> {
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
  const { size } = await file.stat();
  if (algorithm === 'git-sha1') hash.update(`blob ${size}\0`);
  const chunk = new Uint8Array(chunkBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
}
