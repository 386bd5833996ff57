import { appendFileSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { AttuneError } from '@attune/engine';

/** A file that grows record by record. What `append` was given is with the system when it returns: a killed process loses none of it. */
export interface GrowingFile {
  readonly path: string;
  /** Bytes so far. */
  length(): number;
  append(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Makes a new file, and its directories.
 * @throws AttuneError OUTPUT_UNUSABLE where it cannot be made or written, and where it exists
 */
export function createGrowingFile(path: string): GrowingFile {
  const descriptor = reporting(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'wx');
  });
  let length = 0;
  return {
    path,
    length: () => length,
    append(bytes) {
      reporting(path, () => appendFileSync(descriptor, bytes));
      length += bytes.length;
    },
    close: () => closeSync(descriptor),
  };
}

function reporting<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { message } = error as Error;
    throw new AttuneError('OUTPUT_UNUSABLE', `${path}: expected a new file to write to (${message})`, { cause: error });
  }
}
