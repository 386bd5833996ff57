import { AttuneError } from '../errors';

/** The beginning of a Git LFS pointer. @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const beginning = new TextEncoder().encode('version https://git-lfs.github.com/spec/v1');

/** Bytes that `refusePointer` looks at. */
export const pointerBytes = beginning.length;

/**
 * Refuses a file that is a Git LFS pointer, which a clone without git-lfs has in place of a large file.
 *
 * @param bytes the beginning of the file, or the whole file
 * @throws AttuneError LFS_POINTER
 */
export function refusePointer(path: string, bytes: Uint8Array): void {
  if (bytes.length < beginning.length || beginning.some((byte, i) => bytes[i] !== byte)) return;
  throw new AttuneError(
    'LFS_POINTER',
    `${path}: expected the file itself, got a Git LFS pointer to it, as a clone without git-lfs has; fetch it in that directory: git lfs pull`,
  );
}
