import { describe, expect, it, vi } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory } from '../../test/files';
import { Interrupted } from '../program/process';

it.each([
  [
    ['my jobs=package.json'],
    /expected a name of letters.*before "=", got "my jobs=package.json"; choose another, such as model=p/,
  ],
  [['a/run', 'b/run'], /expected different names, got run twice; give one a name: run-2=b\/run/],
  [
    ['run', '--token-file', 'nowhere.txt'],
    /--token-file: expected a file that can be read, got nowhere\.txt \(ENOENT\)/,
  ],
  [['run', '--precision', 'int4'], /--precision: expected one of fp32, int8/],
  [['run', '--workers', '0'], /workers expected an integer/],
  [['run', '--port', '99999'], /--port: expected an integer from 0 to 65535, got "?99999/],
  [['run', '--port', '80.5'], /--port: expected an integer from 0 to 65535, got "?80\.5/],
  [[], /runs: expected a run, got none; name one: npx attune serve runs\/sectors/],
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
    ...{ isSupervised: () => false, openProcesses: vi.fn(), reloadAll: vi.fn(), superviseService: vi.fn() },
    async openService() {
      setTimeout(() => controller.abort(new Interrupted('SIGTERM')), 10);
      return { url: 'http://127.0.0.1:8000', pool: { models: [{ name: 'run' }] }, close };
    },
  }));
  try {
    const { code, stderr } = await attune(['serve', 'run'], { signal: controller.signal });
    expect([code, close.mock.calls.length]).toEqual([0, 1]);
    expect(stderr).toMatch(/serving run at .*\n.*shutting down: finishing requests in progress\n$/);
  } finally {
    vi.doUnmock('@attune/serve/node');
  }
});

describe('a config file', () => {
  const file = (content: string, name = 'serve.json') => fileIn(temporaryDirectory(), name, content);

  it.each([
    [
      '{\n  "prot": 8000\n}',
      /serve\.json line 2 column 3: expected an option of attune serve, got "prot"; did you mean "port"\?/,
    ],
    ['{ "port": 65536 }', /serve\.json line 1 column 3: port: expected an integer from 0 to 65535, got 65536/],
    [
      '{ "models": {\n  "jobs": { "source": "a", "precision": "int4" }\n} }',
      /serve\.json line 2 column 28: models\.jobs\.precision: expected one of fp32, int8, got "int4"/,
    ],
    ['{ "models": { "jobs": { "path": "a" } } }', /models\.jobs\.source: required/],
    ['{ "models": { "jobs": 5 } }', /models\.jobs: expected a path, or an object with source, got 5/],
    ['{ "models": { "a/b": "runs/x" } }', /models\.a\/b: /],
    ['{ "models": ["runs/x"] }', /models: expected models by name/],
    ['{ "port": 8000 }', /runs: expected a run, got none/],
  ])('is refused where it holds %s', async (content, message) => {
    const { code, stderr } = await attune(['serve', '--config', file(content)]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('names models with options of their own, and gives way to what is typed', async () => {
    const models = { jobs: 'nowhere/jobs', skills: { source: 'nowhere/skills', precision: 'int8' } };
    const config = file(JSON.stringify({ models, workers: 0 }));
    expect((await attune(['serve', '--config', config])).stderr).toMatch(/workers expected an integer/);
    expect((await attune(['serve', '--config', config, '--workers', '1'])).stderr).toMatch(/nowhere\/jobs/);
    expect((await attune(['serve', 'nowhere/typed', '--config', config, '--workers', '1'])).stderr).toMatch(
      /nowhere\/typed/,
    );
  });
});
