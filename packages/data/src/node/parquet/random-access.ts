import { open, stat } from 'node:fs/promises';
import { withSystemErrors } from '../bytes';

/** Bytes that are read at any place, as a Parquet file is: its description stands at the end. */
export interface RandomAccess {
  readonly byteLength: number;
  /** The bytes `[start, end)`, all of them; throws RangeError for a range that is not within the file. */
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/**
 * A file, opened anew for each range, so that nothing is left open by a reader who stops halfway.
 *
 * Throws AttuneError `DATA_NOT_FOUND` or `DATA_UNREADABLE`.
 */
export async function fileAccess(path: string): Promise<RandomAccess> {
  const { size } = await withSystemErrors(path, () => stat(path));
  const slice = async (start: number, end = size) => {
    checkRange(start, end, size);
    return withSystemErrors(path, () => readRange(path, start, end));
  };
  if (size === 0) await withSystemErrors(path, () => readRange(path, 0, 0));
  return { byteLength: size, slice };
}

/** A stream, which has no places to go back to, read into memory. */
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

/** A damaged file asks for bytes that it has not. */
function checkRange(start: number, end: number, size: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= size) return;
  throw new RangeError(`bytes ${start} to ${end} are not within the file's ${size}`);
}
