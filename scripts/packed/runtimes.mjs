// The packed packages on Node, Bun and Deno: imported, required, trained for ten steps, and asked for predictions.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const node = (major) => ({ name: `node ${major}`, path: `node-${major}-${process.platform}-${process.arch}/bin/node` });
const runtimes = [
  node(20),
  node(22),
  node(24),
  { name: 'bun', path: `@oven/bun-${process.platform}-${process.arch}/bin/bun` },
  { name: 'deno', path: `@deno/${process.platform}-${process.arch}-glibc/deno`, args: ['run', '-A'] },
];

/** Runs on each runtime that npm has for this system; the digits must be those of the Node that runs this. */
export function checkRuntimes({ project, tools, entries }) {
  writeUses(project, entries);
  copyFileSync(new URL('ten-steps.mjs', import.meta.url), join(project, 'ten-steps.mjs'));
  const expected = tryOn({ name: `node ${process.versions.node}`, command: process.execPath, args: [] }, project);
  for (const { name, path, args = [] } of runtimes) {
    const command = join(tools, path);
    if (!existsSync(command)) {
      console.log(`runtimes: ${name} skipped: npm brings none for ${process.platform} ${process.arch}`);
      continue;
    }
    const digits = tryOn({ name, command, args }, project);
    if (digits !== expected) fail(`${name}: expected the digits of Node\n${expected}\ngot\n${digits}`);
    const version = output({ name, command, args: [] }, ['--version'], project).split('\n')[0];
    console.log(`runtimes: ${name} (${version.trim()}) imports, requires, trains, predicts: the same digits`);
  }
}

function writeUses(project, entries) {
  const check = (name) => `if (Object.keys(${name}).length === 0) throw new Error('${name} exports nothing');`;
  const esm = entries.map(({ name }, i) => `import * as e${i} from '${name}';\n${check(`e${i}`)}`);
  const cjs = entries
    .filter(({ isCjs }) => isCjs)
    .map(({ name }, i) => `const e${i} = require('${name}');\n${check(`e${i}`)}`);
  writeFileSync(join(project, 'esm.mjs'), esm.join('\n'));
  writeFileSync(join(project, 'cjs.cjs'), cjs.join('\n'));
}

/** What ten steps and a prediction print. */
function tryOn(runtime, project) {
  for (const program of ['esm.mjs', 'cjs.cjs']) output(runtime, [program], project);
  output(runtime, ['node_modules/attune/bin/attune.js', 'train', '--help'], project);
  return output(runtime, ['ten-steps.mjs'], project);
}

function output({ name, command, args }, rest, project) {
  const { status, stdout, stderr, error } = spawnSync(command, [...args, ...rest], { cwd: project, encoding: 'utf8' });
  if (error || status !== 0) fail(`${name}: ${rest.join(' ')} failed\n${error ?? stdout + stderr}`);
  return stdout;
}

function fail(message) {
  console.error(`runtimes: ${message}`);
  process.exit(1);
}
