// Compiles the modules beside it and embeds them: node packages/engine/wasm/build.mjs (fetches AssemblyScript from npm).
//
// The results are committed, so that building Attune needs no second compiler: under a kilobyte each, the same from any machine.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiler = 'assemblyscript@0.28.20';
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'attune-wasm-'));
const options = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert'];
/** Where each module is embedded. */
const embedded = { optimizer: '../src/training/optimizer-wasm.ts', dropout: '../src/ops/dropout/mask-wasm.ts' };
for (const [name, path] of Object.entries(embedded)) {
  const output = join(directory, `${name}.wasm`);
  const compile = ['--yes', '--package', compiler, 'asc', here(`${name}.ts`), ...options, '-o', output];
  execFileSync('npx', compile, { stdio: 'inherit' });
  const base64 = readFileSync(output).toString('base64');
  writeFileSync(
    here(path),
    `/** wasm/${name}.ts, compiled by wasm/build.mjs with ${compiler}. */\nexport const ${name}Wasm =\n  '${base64}';\n`,
  );
}
rmSync(directory, { recursive: true });
