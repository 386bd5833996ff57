import { expect, it, vi } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory } from '../../test/files';
import { Interrupted } from '../program/process';

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

it('ends with code 0 where a signal tells it to, once the service has closed', async () => {
  const controller = new AbortController();
  const close = vi.fn(async () => {});
  vi.doMock('@attune/serve/node', () => ({
    async openService() {
      setTimeout(() => controller.abort(new Interrupted('SIGTERM')), 10);
      return { url: 'http://127.0.0.1:8000', pool: { models: [{ name: 'run' }] }, close };
    },
  }));
  try {
    const { code, stderr } = await attune(['serve', 'run'], { signal: controller.signal });
    expect([code, close.mock.calls.length]).toEqual([0, 1]);
    expect(stderr).toMatch(/serving run at .*\n.*no more requests are taken; those that came are answered\n$/);
  } finally {
    vi.doUnmock('@attune/serve/node');
  }
});
