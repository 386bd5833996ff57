import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 1024 * 1024;

/**
 * The name that a file's content has among the hub's blobs, in hexadecimal: its sha256, or git's sha1 of a blob,
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
