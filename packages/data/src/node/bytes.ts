// Bytes of files, in chunks or at any offset, with errors that name the file.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AttuneError } from '@attune/internal';
import { pointerBytes, refusePointer } from '@attune/internal/node';
import { isGzip } from './extension';

/**
 * The bytes of a file in chunks, unpacked if its name ends in `.gz`.
 *
 * @throws AttuneError `DATA_NOT_FOUND`, `DATA_UNREADABLE` (a directory, no permission, a failing disk, damaged gzip), or `LFS_POINTER`.
 */
export function fileBytes(path: string): AsyncGenerator<Uint8Array> {
  return isGzip(path) ? unpacked(path) : packed(path);
}

async function* unpacked(path: string): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  // The loop below throws errors; the callback keeps `pipeline` from throwing them again.
  const source = pipeline(Readable.from(packed(path)), unzip, () => {});
  try {
    yield* source as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && /^Z_/.test(String(error.code)))) throw error;
    throw new AttuneError(
      'DATA_UNREADABLE',
      `${path}: expected gzip, got ${error.message}; copy the file again, or rename it without .gz if it is not packed`,
      { cause: error },
    );
  }
}

async function* packed(path: string): AsyncGenerator<Uint8Array> {
  try {
    let isFirst = true;
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      if (isFirst) refusePointer(path, chunk);
      isFirst = false;
      yield chunk;
    }
  } catch (error) {
    throw isSystemError(error) ? unreadable(path, error) : error;
  }
}

/** Calls `read` and converts system errors to AttuneError `DATA_NOT_FOUND` or `DATA_UNREADABLE`. */
async function withSystemErrors<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isSystemError(error) ? unreadable(path, error) : error;
  }
}

function unreadable(path: string, error: NodeJS.ErrnoException): AttuneError {
  if (error.code === 'ENOENT') {
    return new AttuneError('DATA_NOT_FOUND', `${path}: expected a file, found none; check the path`, { cause: error });
  }
  const problem = error.code === 'EISDIR' ? 'a directory' : `${error.code} from the system`;
  return new AttuneError(
    'DATA_UNREADABLE',
    `${path}: expected a readable file, got ${problem}; name a file with read permission`,
    {
      cause: error,
    },
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Bytes that can be read at any offset, such as a Parquet file, whose metadata is at the end. */
export interface RandomAccess {
  readonly byteLength: number;
  /** The bytes `[start, end)`; throws RangeError for a range outside the file. */
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/**
 * Random access to a file. The file is opened for each range, so nothing stays open if reading stops early.
 *
 * @throws AttuneError `DATA_NOT_FOUND`, `DATA_UNREADABLE` or `LFS_POINTER`.
 */
export async function fileAccess(path: string): Promise<RandomAccess> {
  const { size } = await withSystemErrors(path, () => stat(path));
  const slice = async (start: number, end = size) => {
    checkRange(start, end, size);
    return withSystemErrors(path, () => readRange(path, start, end));
  };
  refusePointer(path, new Uint8Array(await slice(0, Math.min(size, pointerBytes))));
  return { byteLength: size, slice };
}

/** Random access to a stream, which is read into memory. */
export async function streamAccess(stream: AsyncIterable<Uint8Array>): Promise<RandomAccess> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const bytes = Uint8Array.from(Buffer.concat(chunks)).buffer;
  const slice = async (start: number, end = bytes.byteLength) => {
    checkRange(start, end, bytes.byteLength);
    return bytes.slice(start, end);
  };
  return { byteLength: bytes.byteLength, slice };
}

async function readRange(path: string, start: number, end: number): Promise<ArrayBuffer> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) throw new RangeError(`the file became shorter than ${end} bytes while it was read`);
      filled += bytesRead;
    }
    return bytes.buffer;
  } finally {
    await file.close();
  }
}

/** Throws RangeError for a range outside the file, which damaged metadata may contain. */
function checkRange(start: number, end: number, size: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= size) return;
  throw new RangeError(`bytes ${start} to ${end} are not within the file's ${size}`);
}
