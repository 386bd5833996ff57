// Packs every public package as a release does, installs the tarballs in an empty project, and uses them as a stranger would:
// looked over by publint and are-the-types-wrong, imported and required on each runtime, type-checked by each compiler, and put to work by the tutorial.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, ensureInstalled, ensureToolsInstalled, root, run } from '../install.mjs';
import { followTutorial } from '../tutorial.mjs';
import { checkRuntimes } from './runtimes.mjs';
import { checkTypes } from './types.mjs';

ensureInstalled();
build('build');
const tools = ensureToolsInstalled('scripts/packed');

const packages = publicPackages();
const project = mkdtempSync(join(tmpdir(), 'attune-packed-'));
try {
  const tarballs = join(project, 'tarballs');
  mkdirSync(tarballs);
  for (const { directory } of packages)
    run('npm', ['pack', '--pack-destination', tarballs, '--loglevel=error'], { cwd: directory, stdio: quiet() });
  for (const { manifest } of packages) inspect(manifest, join(tarballs, tarballName(manifest)));
  install(readdirSync(tarballs).map((name) => `./tarballs/${name}`));
  checkInstalledFiles();
  const entries = packages.flatMap(({ manifest }) => entriesOf(manifest));
  checkTypes({ project, tools, entries });
  checkRuntimes({ project, tools, entries });
  run('npx', ['--no-install', 'attune', '--version'], { cwd: project });
  followTutorial(project);
} finally {
  rmSync(project, { recursive: true, force: true });
}
console.log(`packed: ${packages.length} packages install, import, require, type-check and do what the tutorial says`);

function quiet() {
  return ['ignore', 'ignore', 'inherit'];
}

function publicPackages() {
  return readdirSync(join(root, 'packages'))
    .map((folder) => join(root, 'packages', folder))
    .map((directory) => ({ directory, manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => !manifest.private);
}

function tarballName({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

function inspect(manifest, tarball) {
  const bin = (name) => join(tools, '.bin', name);
  run(bin('publint'), ['run', '--strict', '--level', 'suggestion', tarball], { stdio: quiet() });
  const hasCjs = Object.values(manifest.exports).some((target) => target.require);
  run(bin('attw'), [
    '--profile',
    hasCjs ? 'node16' : 'esm-only',
    '--format',
    'ascii',
    '--no-emoji',
    '--quiet',
    tarball,
  ]);
}

function install(tarballs) {
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', ...quietly, ...tarballs], { cwd: project });
}

/** Every entry has its declarations, and no file names a folder of the machine that built it. */
function checkInstalledFiles() {
  for (const { manifest } of packages) {
    const directory = join(project, 'node_modules', manifest.name);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const { types } of entriesOf(manifest))
      for (const path of types)
        if (!files.includes(join(directory, path))) fail(`${manifest.name}: expected ${path} in the tarball, got none`);
    for (const file of files)
      if (readFileSync(file, 'utf8').includes(root.replace(/\/$/, '')))
        fail(`${file}: expected no path of this machine, got ${root}`);
  }
}

/** What of a package can be imported: by which name, whether `require` takes it too, and its declaration files. */
function entriesOf({ name, exports }) {
  return Object.entries(exports)
    .filter(([path]) => !path.endsWith('.json'))
    .map(([path, target]) => {
      const conditions = [target, target.import, target.require].filter((value) => value?.types);
      return { name: name + path.slice(1), isCjs: 'require' in target, types: conditions.map(({ types }) => types) };
    });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
