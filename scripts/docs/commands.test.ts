import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../install.mjs';
import { faultOf, shellCommands } from './commands.mjs';

it.each<[string, string[][]]>([
  [
    'attune train --text "{title}. {x}" --label \'a b\' # why',
    [['attune', 'train', '--text', '{title}. {x}', '--label', 'a b']],
  ],
  ['a --b \\\n   --c\nd', [['a', '--b', '--c'], ['d']]],
  [
    "echo 'x y' | npx attune predict r --input - > out.jsonl && b; c",
    [['echo', 'x y'], ['npx', 'attune', 'predict', 'r', '--input', '-'], ['b'], ['c']],
  ],
  ["A_B=1 C=2 node x.mjs --p $'a\\nb'", [['node', 'x.mjs', '--p', 'a\\nb']]],
  ['# a comment alone\n\n', []],
])('reads the commands of %j', (script, commands) => {
  expect(shellCommands(script)).toEqual(commands);
});

it.each<[string, string | undefined]>([
  ['npx attune train --task t --data a.csv --epochs 3 --num-train-epochs 3', undefined],
  ['attune eval runs/x --datta a.csv', 'attune eval: no option --datta'],
  ['attune bogus x', 'attune bogus: no such command'],
  ['attune --version', undefined],
  ['npm run check:docs', undefined],
  ['npm run schema -w attune', undefined],
  ['npm run nothing', 'npm run nothing: no such script'],
  ['node benchmarks/train.mjs titles', undefined],
  ['node label.js', 'node label.js: no such file'],
  ['npm run predict -- "a text"', undefined],
  ['npm run train -w attune', 'npm run train: no such script'],
])('finds what there is not in %s', async (command, fault) => {
  expect(await faultOf(shellCommands(command)[0])).toBe(fault);
});

it('knows the files that a page has saved', async () => {
  expect(await faultOf(['node', 'label.js'], ['label.js'])).toBeUndefined();
});

const isBuilt = existsSync(join(root, 'packages/create-attune/dist/bin.js'));

it.skipIf(!isBuilt)('knows the options of npm create attune (needs dist: npm run build)', async () => {
  const fault = (command: string) => faultOf(shellCommands(command)[0]);
  expect(await fault('npm create attune my-app -- --data jobs.csv --label sector')).toBeUndefined();
  expect(await fault('npm create attune my-app -- --file jobs.csv')).toBe('npm create attune: no option --file');
  const program = 'path/to/attune/packages/create-attune/bin/create-attune.js';
  expect(await fault(`node ${program} my-app --yes`)).toBeUndefined();
  expect(await fault(`node ${program} my-app --no`)).toBe(
    `node ${program.slice('path/to/attune/'.length)}: no option --no`,
  );
});
