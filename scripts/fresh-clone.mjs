// Does in a fresh clone of the last commit what README.md says: one `npm run demo`, and nothing installed after it; then `npm pack`,
// and the page's other blocks, by the clone's own `check:docs`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './install.mjs';

const place = mkdtempSync(join(tmpdir(), 'attune-fresh-'));
const clone = join(place, 'attune');

try {
  run('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, clone]);
  run('npm', ['run', 'demo', '--loglevel=error'], { cwd: clone });
  run(process.execPath, ['scripts/check-demo.mjs'], { cwd: clone });
  checkPack();
  run(process.execPath, ['scripts/docs/check.mjs', 'README.md'], { cwd: clone });
  console.log('fresh clone: demo, npm pack and README.md work after one install');
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** Plain `npm pack` in a package's folder carries its declarations. */
function checkPack() {
  for (const folder of ['tokenizer', 'train', 'cli']) {
    const report = JSON.parse(npmPack(join(clone, 'packages', folder)));
    const { files } = Array.isArray(report) ? report[0] : Object.values(report)[0];
    if (!files.some(({ path }) => path === 'dist/index.d.ts'))
      fail(`npm pack in packages/${folder} has no dist/index.d.ts`);
  }
}

function npmPack(cwd) {
  const { stdout, error } = spawnSync('npm', ['pack', '--dry-run', '--json'], { cwd, encoding: 'utf8' });
  if (error) throw error;
  return stdout;
}

function fail(message) {
  console.error(`fresh clone: ${message}`);
  process.exit(1);
}
