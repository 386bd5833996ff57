import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { playRun } from '../../../test/run-events';
import { type WandbLiveOptions, wandbLive } from './wandb';

const directory = mkdtempSync(join(tmpdir(), 'attune-wandb-live-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Call {
  readonly url: string;
  readonly authorization?: string;
  readonly body: {
    readonly query?: string;
    readonly variables?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>;
    readonly complete?: boolean;
    readonly exitcode?: number;
  };
}

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A stand-in for W&B's server; `statusOf` says how a call is answered: 200, another status, or never (0). */
async function standIn(statusOf: (call: Call, index: number) => number = () => 200) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const { url = '', headers } = request;
    const call = { url, authorization: headers.authorization, body: JSON.parse(await textOf(request)) };
    const status = statusOf(call, calls.push(call) - 1);
    if (status > 0) response.writeHead(status).end(JSON.stringify(status === 200 ? answerTo(call) : { error: 'no' }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { calls, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An address where nobody listens any more. */
async function closedServer(): Promise<string> {
  const { baseUrl } = await standIn();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return baseUrl;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function answerTo({ url, body }: Call) {
  if (!url.endsWith('/graphql')) return {};
  const { name, project } = body.variables ?? {};
  return {
    data: { upsertBucket: { bucket: { id: 'x', name, project: { name: project, entity: { name: 'my team' } } } } },
  };
}

/** The lines of a file as the server holds them: each call writes from its offset on. */
function linesOf(calls: readonly Call[], file: string): string[] {
  const lines: string[] = [];
  for (const { body } of calls) {
    const part = body.files?.[file];
    if (part) lines.splice(part.offset, Number.POSITIVE_INFINITY, ...part.content);
  }
  return lines;
}

function liveRun(name: string, more: Partial<WandbLiveOptions>) {
  const warnings: string[] = [];
  const path = join(directory, name);
  const callback = wandbLive({
    directory: path,
    project: 'sectors',
    name: 'first',
    config: { learningRate: 2e-5 },
    apiKey: 'secret-key',
    sendEverySeconds: 0.02,
    timeoutSeconds: 0.5,
    onWarning: (warning) => warnings.push(warning),
    ...more,
  });
  const runDirectory = () => join(path, 'wandb', readdirSync(join(path, 'wandb'))[0]);
  const isMarkedSynced = () => readdirSync(runDirectory()).some((file) => file.endsWith('.wandb.synced'));
  return { callback, warnings, runDirectory, isMarkedSynced };
}

const rows = [
  { _step: 0, 'train/global_step': 10, 'train/loss': 0.75, 'train/learning_rate': 2e-5 },
  { _step: 1, 'train/global_step': 20, 'train/loss': 0.5 },
  {
    _step: 2,
    'train/global_step': 20,
    'eval/loss': 0.25,
    'eval/macroPrecision': 0.84375,
    'eval/macroRecall': 0.78125,
    'eval/macroF1': 0.8125,
  },
];
/** Python's JSON has NaN, JavaScript's has not. */
const parsedRows = (lines: readonly string[]) => lines.map((line) => JSON.parse(line.replace(':NaN', ':null')));

describe('a live run of W&B', () => {
  it('goes through the proxy of the environment', async () => {
    const { calls, baseUrl: proxy } = await standIn();
    vi.stubEnv('HTTP_PROXY', proxy);
    vi.stubEnv('NO_PROXY', '');
    const { callback, warnings, isMarkedSynced } = liveRun('proxied', { baseUrl: 'http://wandb.test' });
    await playRun(callback);
    await callback.close?.();
    expect(calls[0].url).toBe('http://wandb.test/graphql');
    expect(parsedRows(linesOf(calls, 'wandb-history.jsonl'))).toMatchObject(rows);
    expect([warnings, isMarkedSynced()]).toEqual([[], true]);
  });

  it('is made on the server, and its rows arrive while it goes on', async () => {
    const { calls, baseUrl } = await standIn();
    const { callback, warnings, isMarkedSynced } = liveRun('well', { baseUrl });
    await playRun(callback);
    await vi.waitFor(() => expect(linesOf(calls, 'wandb-history.jsonl')).toHaveLength(3));
    expect(calls.some(({ body }) => body.complete)).toBe(false);
    await callback.close?.();

    const [made, ...streamed] = calls;
    expect(made.url).toBe('/graphql');
    expect(made.body.query).toContain('upsertBucket');
    expect(made.body.variables).toMatchObject({ project: 'sectors', displayName: 'first' });
    expect(JSON.parse(made.body.variables!.config)).toMatchObject({ learningRate: { value: 2e-5 } });
    const basic = `Basic ${Buffer.from('api:secret-key').toString('base64')}`;
    for (const { authorization } of calls) expect(authorization).toBe(basic);
    for (const { url } of streamed)
      expect(url).toBe(`/files/my%20team/sectors/${made.body.variables!.name}/file_stream`);

    const lines = linesOf(calls, 'wandb-history.jsonl');
    expect(lines[1]).toContain('"train/grad_norm":NaN');
    expect(parsedRows(lines)).toMatchObject(rows);
    const [summary] = parsedRows(linesOf(calls, 'wandb-summary.json'));
    expect(summary).toMatchObject({ 'train/loss': 0.5, 'eval/macroF1': 0.8125, _step: 2 });
    expect(calls.at(-1)?.body).toMatchObject({ complete: true, exitcode: 0 });
    expect(warnings).toEqual([]);
    expect(isMarkedSynced()).toBe(true);
  });

  it('sends again what a busy server did not take, once each', async () => {
    const { calls, baseUrl } = await standIn((_, index) => (index === 0 || index === 3 ? 503 : 200));
    const { callback, warnings, isMarkedSynced } = liveRun('busy', { baseUrl });
    await playRun(callback);
    await vi.waitFor(() => expect(calls.length).toBeGreaterThan(5));
    await callback.close?.();
    expect(parsedRows(linesOf(calls, 'wandb-history.jsonl'))).toMatchObject(rows);
    expect(warnings).toEqual([expect.stringContaining('503')]);
    expect(isMarkedSynced()).toBe(true);
  });

  it.each([
    ['is not there', closedServer],
    ['never answers', async () => (await standIn(() => 0)).baseUrl],
  ])('goes on where the server %s, and says what to do', async (name, serve) => {
    const { callback, warnings, runDirectory, isMarkedSynced } = liveRun(name, { baseUrl: await serve() });
    const started = performance.now();
    await playRun(callback);
    expect(performance.now() - started).toBeLessThan(400); // less than one timeout: nothing waited
    await callback.close?.();
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain('wandb sync');
    expect(warnings[1]).toContain(runDirectory());
    expect(isMarkedSynced()).toBe(false);
  });

  it.each([
    ['key', (call: Call) => (call.url === '/graphql' ? 401 : 200)],
    ['run', (call: Call) => (call.url === '/graphql' ? 200 : 404)],
  ])('leaves a server alone that refuses the %s, warning once', async (name, statusOf) => {
    const { calls, baseUrl } = await standIn(statusOf);
    const { callback, warnings } = liveRun(`refused-${name}`, { baseUrl });
    await playRun(callback);
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    const before = calls.length;
    await callback.close?.(new Error('x'));
    expect(calls).toHaveLength(before);
    expect(warnings).toEqual([expect.stringMatching(/got status 40[14].*wandb sync/)]);
    expect(warnings[0]).not.toContain('secret-key');
  });

  it('asks for a key before anything is made', () => {
    vi.stubEnv('WANDB_API_KEY', '');
    const options = { directory: join(directory, 'keyless'), project: 'p' };
    expect(() => wandbLive(options)).toThrow(expect.objectContaining({ code: 'WANDB_KEY_MISSING' }));
    expect(existsSync(options.directory)).toBe(false);
  });
});
