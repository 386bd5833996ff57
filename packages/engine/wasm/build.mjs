// Compiles optimizer.ts and embeds it: node packages/engine/wasm/build.mjs (needs `npx assemblyscript`, see below).
//
// The result is committed, so that building Attune needs no second compiler: 484 bytes, the same from any machine.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiler = 'assemblyscript@0.28.20';
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'attune-wasm-'));
const output = join(directory, 'optimizer.wasm');
const options = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert', '-o', output];
execFileSync('npx', ['--yes', '--package', compiler, 'asc', here('optimizer.ts'), ...options], { stdio: 'inherit' });
const base64 = readFileSync(output).toString('base64');
rmSync(directory, { recursive: true });
writeFileSync(
  here('../src/host/optimizer-wasm.ts'),
  `/** wasm/optimizer.ts, compiled by wasm/build.mjs with ${compiler}. */\nexport const optimizerWasm =\n  '${base64}';\n`,
);
