import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { recordingPrinted, says, wrongComments } from './printed.mjs';

it.each([
  ['[ 1, 2 ]', '[ 1, 2 ]', true],
  ['[1, 2]', '[\n  1,\n  2\n]', true],
  ["{ a: 'x' } 4", "{ a: 'x' } 4", true],
  ['0.49…', '0.4991179', true],
  ['{ a: …, b: 2 }', '{ a: [ 1 ], b: 2 }', true],
  ['[ …, 3 ]', '[ 1, 2, 3 ]', true],
  ['0.5', '0.51', false],
  ['about [ 1, 2 ]', '[ 1, 2 ]', false],
  ['0.49…', '0.5', false],
])('holds the comment %j against the printed %j', (comment, printed, isSame) => {
  expect(says(comment, printed)).toBe(isSame);
});

it('names the comments that are not what a program prints, with their lines', () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-printed-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const code = [
    'console.log(1 + 1); // 2',
    'console.log(',
    '  [1, 2].map((x) => x * 2),',
    '); // [ 2, 5 ]',
    'console.log("no comment");',
    'if (false) console.log(3); // 3',
    'for (const x of [1, 2]) console.log(x); // 1',
  ].join('\n');
  const [program, printed] = [join(directory, 'a.mjs'), join(directory, 'printed')];
  writeFileSync(program, recordingPrinted(code, printed));
  const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  expect(stdout).toBe('2\n[ 2, 4 ]\nno comment\n1\n2\n');
  expect(wrongComments(code, printed)).toEqual([
    { line: 1, fault: '// [ 2, 5 ]: printed was [ 2, 4 ]' },
    { line: 5, fault: '// 3: nothing was printed' },
  ]);
});
