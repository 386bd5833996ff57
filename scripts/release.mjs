// Publishes what is not on the registry yet. With --dry-run it says what would be published, and fails where an entry has no declarations.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, ensureInstalled, run } from './install.mjs';
import { entriesOf, publicPackages } from './pack.mjs';

if (process.argv.includes('--dry-run')) {
  ensureInstalled();
  build('build');
  for (const { directory, manifest } of publicPackages()) tryPublishing(directory, manifest);
} else {
  run(process.execPath, ['scripts/packed/check.mjs']);
  run('npx', ['--no-install', 'changeset', 'publish']);
}

/** What changesets runs for a package, `npm publish`, without the upload. */
function tryPublishing(directory, manifest) {
  const { status, stdout, stderr } = spawnSync('npm', ['publish', '--dry-run', '--json', '--access', 'public'], {
    cwd: directory,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`${manifest.name}: npm publish --dry-run failed\n${stderr}`);
  const report = JSON.parse(stdout);
  const { files, size } = report.files ? report : Object.values(report)[0];
  const paths = new Set(files.map(({ path }) => join(path)));
  for (const { types } of entriesOf(manifest))
    for (const path of types) if (!paths.has(join(path))) fail(`${manifest.name}: would be published without ${path}`);
  console.log(
    `${manifest.name}@${manifest.version}: ${files.length} files, ${Math.round(size / 1000)} kB, types included`,
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
