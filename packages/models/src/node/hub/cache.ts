import { copyFile, link, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeDirectory, writeFileAtomically } from '@attune/internal/node';

/** What a branch or tag may be called: a plain path below `refs`. */
export const revisionPattern = /^(?!.*\.\.)\w[\w./-]*$/;

/** A model's folder in Python's cache: `refs`, `snapshots`, `blobs`, and what is known not to exist. */
export function repositoryFolder(cache: string, id: string): string {
  return join(cache, `models--${id.replace('/', '--')}`);
}

/** The commit a branch or tag stood for when it was last looked up; a revision without a ref is a commit already. */
export async function cachedCommit(repository: string, revision: string): Promise<string> {
  const ref = await readFile(join(repository, 'refs', revision), 'utf8').catch(() => revision);
  const commit = ref.trim();
  return revisionPattern.test(commit) ? commit : revision;
}

/** Remembers what a branch or tag stands for. */
export async function writeRef(repository: string, revision: string, commit: string): Promise<void> {
  if (revision === commit || (await cachedCommit(repository, revision)) === commit) return;
  await writeFileAtomically(join(repository, 'refs', revision), (file) => file.writeFile(commit));
}

/** Where the cache keeps one file of one commit. */
export function placesOf(repository: string, commit: string, name: string) {
  return {
    pointer: join(repository, 'snapshots', commit, name),
    absence: join(repository, '.no_exist', commit, name),
  };
}

/** Notes, as Python does, that a commit has no such file, so that it is not asked for again. */
export async function markAbsent(absence: string): Promise<void> {
  await makeDirectory(dirname(absence));
  await writeFile(absence, '');
}

/** Names a blob in a snapshot: by a relative link, or by the next best where the file system has none. */
export async function pointTo(blob: string, pointer: string): Promise<void> {
  await makeDirectory(dirname(pointer));
  await rm(pointer, { force: true });
  const unlessThere = (next: () => Promise<void>) => (error: NodeJS.ErrnoException) =>
    error.code === 'EEXIST' ? undefined : next();
  await symlink(relative(dirname(pointer), blob), pointer)
    .catch(unlessThere(() => link(blob, pointer)))
    .catch(unlessThere(() => copyFile(blob, pointer)));
}

/** The size of the file a path leads to, or `undefined` where it leads to none. */
export async function sizeAt(path: string): Promise<number | undefined> {
  return stat(path).then(
    (stats) => (stats.isFile() ? stats.size : undefined),
    () => undefined,
  );
}
