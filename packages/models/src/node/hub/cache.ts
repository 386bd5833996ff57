import { copyFile, link, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeDirectory, writeFileAtomically } from '@attune/internal/node';

/** Valid name of a branch or tag: a plain path below `refs`. */
export const revisionPattern = /^(?!.*\.\.)\w[\w./-]*$/;

/** A model's folder in Python's cache: `refs`, `snapshots`, `blobs`, and files known not to exist. */
export function repositoryFolder(cache: string, id: string): string {
  return join(cache, `models--${id.replace('/', '--')}`);
}

/** The commit of a branch or tag when it was last looked up; a revision without a ref is returned as a commit. */
export async function cachedCommit(repository: string, revision: string): Promise<string> {
  const ref = await readFile(join(repository, 'refs', revision), 'utf8').catch(() => revision);
  const commit = ref.trim();
  return revisionPattern.test(commit) ? commit : revision;
}

/** Stores the commit of a branch or tag; not in a cache that cannot be written to, as in Python. */
export async function writeRef(repository: string, revision: string, commit: string): Promise<void> {
  if (revision === commit || (await cachedCommit(repository, revision)) === commit) return;
  await writeFileAtomically(join(repository, 'refs', revision), (file) => file.writeFile(commit)).catch(() => {});
}

/** Cache locations of one file of one commit. */
export function placesOf(repository: string, commit: string, name: string) {
  return {
    pointer: join(repository, 'snapshots', commit, name),
    absence: join(repository, '.no_exist', commit, name),
  };
}

/** Records, as Python does, that a commit has no such file, so that it is not requested again; not in a cache that cannot be written to. */
export async function markAbsent(absence: string): Promise<void> {
  await makeDirectory(dirname(absence))
    .then(() => writeFile(absence, ''))
    .catch(() => {});
}

/** Links a blob into a snapshot: by a relative link, or by a fallback if the file system does not support links. */
export async function pointTo(blob: string, pointer: string): Promise<void> {
  await makeDirectory(dirname(pointer));
  await rm(pointer, { force: true });
  const unlessThere = (next: () => Promise<void>) => (error: NodeJS.ErrnoException) =>
    error.code === 'EEXIST' ? undefined : next();
  await symlink(relative(dirname(pointer), blob), pointer)
    .catch(unlessThere(() => link(blob, pointer)))
    .catch(unlessThere(() => copyFile(blob, pointer)));
}

/** Size of the file at a path; undefined if there is no file. */
export async function sizeAt(path: string): Promise<number | undefined> {
  return stat(path).then(
    (stats) => (stats.isFile() ? stats.size : undefined),
    () => undefined,
  );
}
