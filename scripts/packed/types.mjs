// The types of the packed packages, as strict projects see them.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const compilers = ['5.7', '5.8', '5.9', '6.0'];
const resolutions = [
  { moduleResolution: 'node16', module: 'node16' },
  { moduleResolution: 'nodenext', module: 'nodenext' },
  { moduleResolution: 'bundler', module: 'preserve' },
];
const strict = {
  noEmit: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  target: 'es2022',
};
/** Packages whose types must be clean whatever they import. */
const isSelfContained = ({ name }) => /^@attune\/(tokenizer|metrics|baseline|data|report)\b/.test(name);
/**
 * Where types of others are wrong under `skipLibCheck: false`, which is not ours to mend: in tfjs-core, and in the
 * `@webgpu/types` that it refers to, which contradict what TypeScript 6's own `lib.dom.d.ts` has come to know of WebGPU.
 */
const known = /^(node_modules\/(@tensorflow\/tfjs-core|@webgpu\/types)\/|\S*\/typescript\S*\/lib\/lib\.dom\.d\.ts)/;

/** Type-checks imports of all entries, with every compiler and way of resolving modules. */
export function checkTypes({ project, tools, entries }) {
  const found = new Set();
  for (const [set, chosen] of [
    ['self-contained', entries.filter(isSelfContained)],
    ['all', entries],
  ]) {
    const files = writeImports(project, set, chosen);
    for (const compiler of compilers)
      for (const resolution of resolutions) {
        const diagnostics = check({ project, tools, compiler, options: { ...strict, ...resolution }, files });
        const ours = diagnostics.filter((line) => set === 'self-contained' || !known.test(line));
        if (ours.length > 0) fail(compiler, resolution, ours);
        for (const line of diagnostics) found.add(line.split('(')[0]);
      }
  }
  const count = compilers.length * resolutions.length;
  console.log(`types: clean under ${count} strict configurations of TypeScript ${compilers.join(', ')}`);
  const others = [...found].map((file) => file.slice(file.lastIndexOf('node_modules/') + 'node_modules/'.length));
  console.log(`types: without skipLibCheck there are diagnostics in ${others.join(', ')}`);
}

function writeImports(project, set, entries) {
  const files = [`types-${set}.mts`, `types-${set}.cts`];
  const esm = entries.map(({ name }, i) => `import * as e${i} from '${name}';\nvoid e${i};`);
  const cjs = entries
    .filter(({ isCjs }) => isCjs)
    .map(({ name }, i) => `import e${i} = require('${name}');\nvoid e${i};`);
  [esm, cjs].forEach((lines, i) => writeFileSync(join(project, files[i]), lines.join('\n')));
  return files;
}

/** The diagnostics, one a line, that say a file and a place. */
function check({ project, tools, compiler, options, files }) {
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
  const tsc = join(tools, `typescript-${compiler}`, 'bin', 'tsc');
  const { status, stdout, error } = spawnSync(process.execPath, [tsc, '-p', project, '--pretty', 'false'], {
    cwd: project,
    encoding: 'utf8',
  });
  if (error) throw error;
  const diagnostics = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
  if (status !== 0 && diagnostics.length === 0) throw new Error(`tsc ${compiler} failed and printed nothing`);
  return diagnostics;
}

function fail(compiler, { moduleResolution }, lines) {
  console.error(`types: TypeScript ${compiler}, moduleResolution ${moduleResolution}:\n${lines.join('\n')}`);
  process.exit(1);
}
