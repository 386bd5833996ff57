import { type FileHandle, open } from 'node:fs/promises';
import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { isMissing, pointerBytes, refusePointer } from '@attune/internal/node';

/** Opens a file for reading; throws an `AttuneError` if it does not exist or is not a file. */
export async function openForReading(path: string, whatToDo: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    const missing = isMissing(cause);
    const actual = missing ? 'found no such file' : `got ${reasonOf(cause)}`;
    const code = missing ? 'CHECKPOINT_MISSING' : 'CHECKPOINT_UNREADABLE';
    throw new AttuneError(code, `${path}: expected a file, ${actual}; ${whatToDo}`, { cause });
  }
  const isFile = await handle.stat().then((stats) => stats.isFile());
  if (isFile) return handle;
  await handle.close();
  throw new AttuneError('CHECKPOINT_UNREADABLE', `${path}: expected a file, got something else; ${whatToDo}`);
}

/**
 * Refuses a file that is a Git LFS pointer.
 *
 * @param handle the file, open
 * @throws AttuneError LFS_POINTER
 */
export async function refusePointerFile(handle: FileHandle, path: string): Promise<void> {
  const start = new Uint8Array(pointerBytes);
  const { bytesRead } = await handle.read(start, 0, pointerBytes, 0);
  refusePointer(path, start.subarray(0, bytesRead));
}

/** Well below 2³¹ bytes, the limit of one read. */
const longestRead = 2 ** 30;

/** Fills `target` from `position`; throws an `AttuneError` if the file ends earlier. */
export async function readFully(
  handle: FileHandle,
  target: Uint8Array,
  { position, where }: { readonly position: number; readonly where: string },
): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const length = Math.min(target.length - done, longestRead);
    const { bytesRead } = await handle.read(target, done, length, position + done);
    if (bytesRead === 0) {
      const what = `expected ${target.length} bytes at ${position}, got ${done}`;
      throw new AttuneError('CHECKPOINT_TRUNCATED', `${where}: ${what}; the file is incomplete: download it again`);
    }
    done += bytesRead;
  }
}

const mostBytes = 64 * 1024 * 1024;

/** Reads a JSON file of a checkpoint (UTF-8); throws an `AttuneError` with the file's name if it is not valid. */
export async function readJson(path: string, whatToDo = 'download it again'): Promise<unknown> {
  const bytes = await readSmallFile(path, whatToDo);
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const actual = printable(reasonOf(cause));
    throw new AttuneError('CHECKPOINT_JSON', `${path}: expected JSON in UTF-8, got: ${actual}; ${whatToDo}`, { cause });
  }
}

/** Escapes the reason, which quotes the file and may contain control characters. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

async function readSmallFile(path: string, whatToDo: string): Promise<Uint8Array> {
  const handle = await openForReading(path, whatToDo);
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) {
      const what = `expected at most ${mostBytes} bytes, got ${size}`;
      throw new AttuneError('CHECKPOINT_JSON', `${path}: ${what}; ${whatToDo}`);
    }
    const bytes = new Uint8Array(size);
    await readFully(handle, bytes, { position: 0, where: path });
    refusePointer(path, bytes);
    return bytes;
  } finally {
    await handle.close();
  }
}
