// Attune's packages as tarballs in a directory, in place of the npm registry.
import { readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { AttuneError, reasonOf } from '@attune/internal';

/** Absolute paths of tarballs by the name of their package. */
export type Tarballs = ReadonlyMap<string, string>;

/**
 * The tarballs of a directory, as `npm run pack` writes them.
 *
 * @param path as typed
 * @throws AttuneError ARGUMENT_INVALID for a directory without them, or with two versions of one package
 */
export function findTarballs(path: string): Tarballs {
  const folder = resolve(path);
  const found = new Map<string, string>();
  for (const file of filesIn(path, folder)) {
    const [, name] = /^(attune(?:-[a-z]+)?)-\d+\.\d+\.\d+.*\.tgz$/.exec(file) ?? [];
    if (name === undefined) continue;
    const of = name.replace(/^attune-/, '@attune/');
    const other = found.get(of);
    if (other !== undefined)
      throw invalid(`${path}: expected one tarball of ${of}, got two; delete the older one, or run npm run pack again`);
    found.set(of, join(folder, file));
  }
  for (const name of ['attune', '@attune/train'])
    if (!found.has(name))
      throw invalid(
        `${path}: expected a tarball of ${name}, such as ${name.replace('@attune/', 'attune-')}-0.1.0.tgz, got none; run npm run pack in a clone, which writes tarballs/`,
      );
  return found;
}

function filesIn(path: string, folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw invalid(`--packages: expected a directory of tarballs, got ${path}: ${reasonOf(error)}`);
  }
}

const invalid = (message: string) => new AttuneError('ARGUMENT_INVALID', message);

/**
 * All tarballs as dependencies of a project, so that Attune's packages find each other there and not on the registry.
 *
 * @throws AttuneError ARGUMENT_INVALID where one of `packages` is missing
 */
export function tarballDependencies(
  tarballs: Tarballs,
  packages: readonly string[],
  folder: string,
): Record<string, string> {
  for (const name of packages)
    if (!tarballs.has(name))
      throw invalid(`--packages: expected a tarball of ${name}, got none; run npm run pack again`);
  return Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${posixPath(relative(folder, path))}`]));
}

/** A path with `/`, which config files and package.json have on every system. */
export const posixPath = (path: string) => (sep === '\\' ? path.replaceAll(sep, '/') : path);
