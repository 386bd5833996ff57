import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { blocksOf } from './blocks.mjs';
import { followPage } from './follow.mjs';

/** What goes wrong on a page, whose reader has a file `given.txt`. */
function faultsOf(...lines: string[]): string[] {
  const place = mkdtempSync(join(tmpdir(), 'attune-follow-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const world = join(place, 'world');
  mkdirSync(world);
  writeFileSync(join(world, 'given.txt'), 'corn\n');
  return followPage({ blocks: blocksOf(lines.join('\n')), world, directory: join(place, 'page') });
}

const sh = (...lines: string[]) => ['```sh', ...lines, '```'];
const writes = (out: string) => `test ! -e ${out} && mkdir -p ${out} && echo a --out ${out}`;

it('runs the blocks of a page in one directory, one after the other', () => {
  const saved = ['```ts half.ts', 'export const half = (x: number): number => x / 2;', '```'];
  const used = ['```ts', "import { half } from './half.js';", 'console.log(half(3)); // 1.5', '```'];
  const data = ['```json a.json', '{ "a": 1 }', '```'];
  expect(
    faultsOf(...sh('cat given.txt > b.txt'), ...saved, ...used, ...data, ...sh('test -e b.txt -a -e a.json')),
  ).toEqual([]);
});

it('says where a block fails, and what it printed', () => {
  expect(faultsOf('', ...sh('echo out', 'echo reason >&2', 'false', 'true'))).toEqual([
    '3: ended with 1\nout\nreason\n',
  ]);
  expect(faultsOf('```js', 'console.log(2); // 3', '```')).toEqual(['2: // 3: printed was 2']);
  expect(faultsOf('```yaml', 'a: [1', '```')).toEqual([expect.stringMatching(/^2: .*\]/s)]);
  expect(faultsOf('```js a.js', 'console.log(2);', '```')).toEqual([
    '2: saved as a.js, which no block of the page runs',
  ]);
});

it('begins a chapter without the run directories that it writes anew', () => {
  const [one, two] = [
    ['## One', ...sh(writes('runs/a'))],
    ['## Two', ...sh(writes('runs/a'))],
  ];
  expect(faultsOf(...one, ...two)).toEqual([]);
  expect(faultsOf(...one, ...two.slice(1))).toEqual([expect.stringContaining('6: ended with 1')]);
});

it('says of adapters that they did not learn', () => {
  const train = (...losses: number[]) => {
    const lines = losses.map((loss) => JSON.stringify({ type: 'train', loss })).join('\\n');
    return sh(
      `train() { mkdir -p runs/a; printf '${lines}' > runs/a/metrics.jsonl; }`,
      'train --lora-r 8 --out runs/a',
    );
  };
  expect(faultsOf(...train(2, 1.5))).toEqual([]);
  expect(faultsOf(...train(2, 1.99))).toEqual([
    '2: train --lora-r 8 --out runs/a: expected a loss that falls, got 2, 1.99',
  ]);
});
