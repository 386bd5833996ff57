import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../install.mjs';
import { blocksOf, inlineCommands, pages } from './blocks.mjs';

const page = (...lines: string[]) => blocksOf(lines.join('\n'), 'a.md');

it('reads blocks with their lines, chapters, files and marks', () => {
  const blocks = page(
    '## One',
    '```sh',
    'ls',
    '```',
    '- in a list',
    '',
    '  <!-- not run: needs the hub -->',
    '  ```ts',
    '  if (true) {',
    '    go();',
    '  ```',
    '## Two',
    '<!-- run by check:packed: the tarballs are there -->',
    '```json space.json',
    '{}',
    '```',
  );
  expect(blocks).toEqual([
    { line: 3, section: 'One', language: 'sh', kind: 'run', file: '', mark: undefined, content: 'ls\n' },
    {
      ...{ line: 9, section: 'One', language: 'ts', kind: 'run', file: '', content: 'if (true) {\n  go();\n' },
      mark: { by: 'not run', reason: 'needs the hub' },
    },
    {
      ...{ line: 15, section: 'Two', language: 'json', kind: 'parsed', file: 'space.json', content: '{}\n' },
      mark: { by: 'run by check:packed', reason: 'the tarballs are there' },
    },
  ]);
});

it('marks all blocks of a page by one comment, which a mark of their own comes before', () => {
  const blocks = page(
    '# Page',
    '<!-- this page is not run: hours -->',
    '```sh',
    'a',
    '```',
    '<!-- not run: days -->',
    '```sh',
    'b',
    '```',
  );
  expect(blocks.map(({ mark }) => mark?.reason)).toEqual(['hours', 'days']);
});

it.each([
  [['```ruby', 'puts 1', '```'], /a\.md:1: expected a block of sh, .*, got ruby/],
  [['```python', 'print(1)', '```'], /a\.md:1: expected a mark before a block of Python, got none/],
  [['```text', 'npx attune train', '```'], /a\.md:2: expected no command in a block that nobody runs/],
  [['```', 'npm install attune', '```'], /expected no command/],
  [['', '```sh', 'ls'], /a\.md:2: expected the block to end/],
])('refuses a block that would be passed over: %j', (lines, message) => {
  expect(() => page(...lines)).toThrow(message);
});

it('gives a mark without a reason no meaning', () => {
  expect(page('<!-- not run -->', '```sh', 'ls', '```')[0]?.mark).toBeUndefined();
  expect(page('<!-- not run: -->', '```sh', 'ls', '```')[0]?.mark).toBeUndefined();
});

it('finds the commands of running text, not those of blocks', () => {
  const text = [
    'See `attune train --help`',
    '```sh',
    'echo `attune eval x`',
    '```',
    'or `npx attune push …`, `attune`.',
    '`npm run x`, `node a/b.mjs c`',
  ];
  expect(inlineCommands(text.join('\n'))).toEqual([
    { command: 'attune train --help', line: 1 },
    { command: 'attune push …', line: 5 },
    { command: 'npm run x', line: 6 },
    { command: 'node a/b.mjs c', line: 6 },
  ]);
});

it('knows what each block of our own pages is', () => {
  const all = pages();
  expect(all).toEqual(
    expect.arrayContaining(['README.md', 'docs/tutorial.md', 'packages/cli/README.md', 'CONTRIBUTING.md']),
  );
  for (const each of all) expect(() => blocksOf(readFileSync(join(root, each), 'utf8'), each)).not.toThrow();
});
