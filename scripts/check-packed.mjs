// Packs every package, installs the tarballs in an empty project, and uses them as a stranger would:
// imported as ESM, required as CJS where offered, type-checked, looked over by publint, and put to work by the tutorial.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, ensureInstalled, root, run } from './install.mjs';
import { followTutorial } from './tutorial.mjs';

ensureInstalled();
build('build', 'declarations');

const packages = readdirSync(join(root, 'packages')).map((folder) => {
  const directory = join(root, 'packages', folder);
  return { directory, manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) };
});
const project = mkdtempSync(join(tmpdir(), 'attune-packed-'));
try {
  for (const { directory } of packages) {
    run('npx', ['--no-install', 'publint', 'run', '--strict', '--level', 'warning', directory], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    run('npm', ['pack', directory, '--pack-destination', project, '--loglevel=error'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const tarballs = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  run(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      ...tarballs.map((name) => `./${name}`),
    ],
    { cwd: project },
  );
  useAsStranger();
  followTutorial(project);
} finally {
  rmSync(project, { recursive: true, force: true });
}
console.log(`packed: ${packages.length} packages install, import, require, type-check and do what the tutorial says`);

function useAsStranger() {
  const entries = packages.flatMap(({ manifest }) =>
    Object.entries(manifest.exports)
      .filter(([path]) => !path.endsWith('.json'))
      .map(([path, target]) => ({ name: manifest.name + path.slice(1), isCjs: 'require' in target })),
  );
  const check = (name) => `if (Object.keys(${name}).length === 0) throw new Error('${name} exports nothing');`;
  const esm = entries.map(({ name }, i) => `import * as e${i} from '${name}';\n${check(`e${i}`)}`);
  const cjs = entries
    .filter(({ isCjs }) => isCjs)
    .map(({ name }, i) => `const e${i} = require('${name}');\n${check(`e${i}`)}`);
  writeFileSync(join(project, 'esm.mjs'), esm.join('\n'));
  writeFileSync(join(project, 'cjs.cjs'), cjs.join('\n'));
  writeFileSync(join(project, 'types.ts'), esm.join('\n'));
  const typesCjs = entries
    .filter(({ isCjs }) => isCjs)
    .map(({ name }, i) => `import e${i} = require('${name}');\nvoid e${i};`);
  writeFileSync(join(project, 'types-cjs.cts'), typesCjs.join('\n'));
  run(process.execPath, ['esm.mjs'], { cwd: project });
  run(process.execPath, ['cjs.cjs'], { cwd: project });
  const compilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    target: 'es2022',
    module: 'nodenext',
    types: [],
  };
  const files = ['types.ts', 'types-cjs.cts'];
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project]);
  run('npx', ['--no-install', 'attune', '--version'], { cwd: project });
}
