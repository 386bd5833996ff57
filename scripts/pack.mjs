// Builds the public packages and packs them into tarballs/, as a release would publish them.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, ensureInstalled, root, run } from './install.mjs';

export const tarballs = join(root, 'tarballs');

/** The packages that are published: `{ directory, manifest }` each. */
export function publicPackages() {
  return readdirSync(join(root, 'packages'))
    .map((folder) => join(root, 'packages', folder))
    .map((directory) => ({ directory, manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => !manifest.private);
}

/** Builds and packs; returns the packages, each with its `tarball`. */
export function packAll() {
  ensureInstalled();
  build('build');
  rmSync(tarballs, { recursive: true, force: true });
  mkdirSync(tarballs);
  return publicPackages().map(({ directory, manifest }) => {
    run('npm', ['pack', '--pack-destination', tarballs, '--loglevel=error'], {
      cwd: directory,
      stdio: ['ignore', 2, 2],
    });
    const name = manifest.name.replace('@', '').replace('/', '-');
    return { directory, manifest, tarball: join(tarballs, `${name}-${manifest.version}.tgz`) };
  });
}

/** What of a package can be imported: by which name, whether `require` takes it too, and its declaration files. */
export function entriesOf({ name, exports }) {
  return Object.entries(exports)
    .filter(([path]) => !path.endsWith('.json'))
    .map(([path, target]) => {
      const conditions = [target, target.import, target.require].filter((value) => value?.types);
      return { name: name + path.slice(1), isCjs: 'require' in target, types: conditions.map(({ types }) => types) };
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packed = packAll();
  console.log(
    `${packed.length} packages in tarballs/; in a project of yours: npm install --ignore-scripts "${tarballs}"/*.tgz`,
  );
}
