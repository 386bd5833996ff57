// Uses the packed packages as a stranger would: looked over by publint and are-the-types-wrong, put to work by the tutorial, imported
// and required on each runtime, type-checked by each compiler.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureToolsInstalled, root, run } from '../install.mjs';
import { entriesOf, packAll } from '../pack.mjs';
import { followTutorial } from '../tutorial.mjs';
import { checkCreated } from './created.mjs';
import { checkRuntimes } from './runtimes.mjs';
import { checkService } from './service.mjs';
import { checkTypes } from './types.mjs';

const packages = packAll();
const tools = ensureToolsInstalled('scripts/packed');
const place = mkdtempSync(join(tmpdir(), 'attune-packed-'));
try {
  for (const { manifest, tarball } of packages) inspect(manifest, tarball);
  symlinkSync(root, join(place, 'attune')); // the clone beside the project, as the tutorial has it
  const project = followTutorial(place);
  checkInstalledFiles(project);
  const entries = packages.flatMap(({ manifest }) => entriesOf(manifest));
  checkTypes({ project, tools, entries });
  checkRuntimes({ project, tools, entries });
  await checkService(project, 'runs/kinds');
  checkCreated(place);
  run('npx', ['--no-install', 'attune', '--version'], { cwd: project });
} finally {
  rmSync(place, { recursive: true, force: true });
}
console.log(`packed: ${packages.length} packages install, import, require, type-check and do what the tutorial says`);

function inspect(manifest, tarball) {
  const bin = (name) => join(tools, '.bin', name);
  const stdio = ['ignore', 'ignore', 'inherit'];
  run(bin('publint'), ['run', '--strict', '--level', 'suggestion', tarball], { stdio });
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

/** Every entry has its declarations, and no file names a folder of the machine that built it or a package that nobody can install. */
function checkInstalledFiles(project) {
  for (const { manifest } of packages) {
    const directory = join(project, 'node_modules', manifest.name);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const { types } of entriesOf(manifest))
      for (const path of types)
        if (!files.includes(join(directory, path))) fail(`${manifest.name}: expected ${path} in the tarball, got none`);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      if (text.includes(root)) fail(`${file}: expected no path of this machine, got ${root}`);
      if (/\.[cm]?[jt]s$/.test(file) && /['"]@attune\/internal/.test(text))
        fail(`${file}: expected what is private to be bundled, got an import of @attune/internal`);
    }
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
