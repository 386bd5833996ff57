import { expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory } from '../../test/files';

it.each([
  [['a/run', 'b/run'], /expected a name each, got run twice; name them: run-2=b\/run/],
  [
    ['run', '--token-file', 'nowhere.txt'],
    /--token-file: expected a file that can be read, got nowhere\.txt \(ENOENT\)/,
  ],
  [['run', '--precision', 'int4'], /--precision: expected one of fp32, int8/],
  [['run', '--workers', '0'], /workers expected an integer/],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await attune(['serve', ...args]);
  expect([code, stderr]).toEqual([expect.any(Number), expect.stringMatching(message)]);
  expect(code).not.toBe(0);
});

it('refuses a file without a token', async () => {
  const { stderr } = await attune([
    'serve',
    'run',
    '--token-file',
    fileIn(temporaryDirectory(), 'tokens.txt', '# none\n\n'),
  ]);
  expect(stderr).toMatch(/expected a token per line, got none/);
});
