import { createReadStream } from 'node:fs';
import { AttuneError } from '../attune-error';

/**
 * A file's bytes as they are read.
 *
 * Throws AttuneError `DATA_NOT_FOUND` or `DATA_UNREADABLE` (a directory, no permission, a failing disk).
 */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw isSystemError(error) ? unreadable(path, error) : error;
  }
}

/** What `read` does with a file, the system's complaints as AttuneError `DATA_NOT_FOUND` or `DATA_UNREADABLE`. */
export async function withSystemErrors<T>(path: string, read: () => Promise<T>): Promise<T> {
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
    `${path}: expected a readable file, got ${problem}; name one file you may read`,
    {
      cause: error,
    },
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
