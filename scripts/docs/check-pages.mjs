// Follows every page of the repository, or those that are named: `node scripts/docs/check.mjs README.md …`.
// Blocks run as typed, TypeScript compiles, comments behind `console.log` are what is printed; of a block that is marked as one that
// cannot run, and of commands in running text, the options are known to the help. `--as test:peers` runs what is marked `run by test:peers` too,
// with the packages that are installed in benchmarks/.
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../install.mjs';
import { blocksOf, inlineCommands, pages } from './blocks.mjs';
import { faultOf, shellCommands } from './commands.mjs';
import { followPage } from './follow.mjs';
import { typeFaults } from './types.mjs';
import { makeWorld } from './world.mjs';

const { values, positionals: chosen } = parseArgs({ allowPositionals: true, options: { as: { type: 'string' } } });
const place = mkdtempSync(join(tmpdir(), 'attune-docs-'));
const faults = [];
const total = { run: 0, marked: 0, commands: 0 };
try {
  const read = (chosen.length > 0 ? chosen : pages()).map((page) => {
    const text = readFileSync(join(root, page), 'utf8');
    return { page, text, blocks: blocksOf(text, page).map((block) => ({ ...block, page })) };
  });
  const written = read.flatMap(({ blocks }) => blocks).filter(({ language }) => language === 'ts');
  faults.push(...typeFaults(written, join(place, 'types')));
  console.log(`docs: ${written.length} blocks of TypeScript compiled`);
  // Where a page's own node_modules lack a package, Node looks a folder further up.
  if (values.as) symlinkSync(join(root, 'benchmarks', 'node_modules'), join(place, 'node_modules'));
  const world = join(place, 'world');
  await makeWorld(world);
  for (const [i, page] of read.entries()) await check(page, { world, directory: join(place, `page-${i}`) });
} finally {
  rmSync(place, { recursive: true, force: true });
}
for (const fault of faults) console.error(`docs: ${fault}`);
console.log(
  `docs: ${total.run} blocks run, ${total.marked} marked, ${total.commands} commands of marked blocks and running text known to the help`,
);
process.exit(faults.length > 0 ? 1 : 0);

async function check({ page, text, blocks }, { world, directory }) {
  const code = blocks.filter(({ kind }) => kind !== 'shown');
  const isRun = ({ mark }) => mark === undefined || mark.by === `run by ${values.as}`;
  const [run, marked] = [code.filter(isRun), code.filter((block) => !isRun(block))];
  const began = performance.now();
  const found = run.length > 0 ? followPage({ blocks: run, world, directory }) : [];
  rmSync(directory, { recursive: true, force: true });
  const scripts = marked.filter(({ language }) => /^(sh|bash)$/.test(language));
  const saved = code.map(({ file }) => file);
  const commands = [
    ...scripts.flatMap(({ content, line }) => shellCommands(content).map((words) => ({ words, line }))),
    ...inlineCommands(text).flatMap(({ command, line }) =>
      shellCommands(command)
        .slice(0, 1)
        .map((words) => ({ words, line })),
    ),
  ];
  for (const { words, line } of commands) {
    const fault = await faultOf(words, saved);
    if (fault) found.push(`${line}: ${fault}`);
  }
  faults.push(...found.map((fault) => `${page}:${fault}`));
  total.run += run.length;
  total.marked += marked.length;
  total.commands += commands.length;
  if (code.length + commands.length === 0) return;
  console.log(
    `docs: ${page}: ${run.length} blocks run in ${((performance.now() - began) / 1000).toFixed(0)} s, ${marked.length} marked, ${found.length} faults`,
  );
  for (const { line, mark } of marked) console.log(`  ${line}: ${mark.by}: ${mark.reason}`);
}
