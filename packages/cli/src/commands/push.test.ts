import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { attune, capture } from '../../test/capture';
import { fileIn, temporaryDirectory } from '../../test/files';
import { tinyRun } from '../../test/tiny-run';
import { Interrupted } from '../program/process';
import { pushListener } from './push';

interface Hub {
  readonly endpoint: string;
  /** Bodies by path, as they arrived. */
  readonly requests: { path: string; body: Buffer }[];
}

/** A hub that takes every upload by the token `hf_write`; of files, only the weights are large. */
async function startHub(): Promise<Hub> {
  const requests: Hub['requests'] = [];
  const server: Server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    requests.push({ path, body });
    const isKnown = request.headers.authorization === 'Bearer hf_write' || path.startsWith('/storage/');
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? answer(path, body) : { error: 'Invalid username or password.' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function answer(path: string, body: Buffer): unknown {
    if (path === '/api/repos/create') return { url: `${endpoint}/ada/sectors`, id: 'ada/sectors' };
    if (path.endsWith('/commit/main'))
      return { commitOid: 'c0ffee', commitUrl: `${endpoint}/ada/sectors/commit/c0ffee` };
    if (path.startsWith('/storage/')) return {};
    const { files = [], objects = [] } = JSON.parse(body.toString());
    const modeOf = (name: string) => (name === 'model.safetensors' ? 'lfs' : 'regular');
    const upload = (oid: string) => ({ upload: { href: `${endpoint}/storage/${oid}` } });
    return path.endsWith('/preupload/main')
      ? { files: files.map((file: { path: string }) => ({ path: file.path, uploadMode: modeOf(file.path) })) }
      : {
          objects: objects.map(({ oid, size }: { oid: string; size: number }) => ({ oid, size, actions: upload(oid) })),
        };
  }
  return { endpoint, requests };
}

describe('attune push', () => {
  const directory = temporaryDirectory(afterAll);
  let run: string;
  beforeAll(async () => {
    ({ run } = await tinyRun(directory));
  });

  const env = (hub: Hub, more = {}) => ({
    HF_ENDPOINT: hub.endpoint,
    HF_HOME: directory,
    HF_TOKEN: 'hf_write',
    ...more,
  });

  it('uploads the model, prints its files on stderr and the address on stdout', async () => {
    const hub = await startHub();
    const { code, stdout, stderr } = await attune(['push', run, 'ada/sectors'], { env: env(hub) });
    expect([code, stdout]).toEqual([0, `${hub.endpoint}/ada/sectors/commit/c0ffee\n`]);
    const names = readdirSync(join(run, 'model'));
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.split('  ')[0])
        .sort(),
    ).toEqual(names.sort());
    expect(hub.requests.find(({ path }) => path === '/api/repos/create')?.body.toString()).not.toContain('private');
    const weights = hub.requests.find(({ path }) => path.startsWith('/storage/'))?.body;
    expect(weights?.equals(readFileSync(join(run, 'model', 'model.safetensors')))).toBe(true);
    const [, ...lines] =
      hub.requests
        .at(-1)
        ?.body.toString()
        .split('\n')
        .map((line) => JSON.parse(line)) ?? [];
    for (const { key, value } of lines.filter(({ key }) => key === 'file')) {
      const content = readFileSync(join(run, 'model', value.path)).toString('base64');
      expect([key, value.path, value.content]).toEqual(['file', value.path, content]);
    }
    expect(lines.map(({ value }) => value.path).sort()).toEqual(names.sort());
  });

  it('takes a model directory, and passes --private on', async () => {
    const hub = await startHub();
    const argv = ['push', join(run, 'model'), 'ada/sectors', '--private'];
    expect(await attune(argv, { env: env(hub) })).toMatchObject({ code: 0 });
    expect(JSON.parse(hub.requests[0].body.toString())).toMatchObject({ visibility: 'private' });
  });

  it('lists what would go up, and asks the hub for nothing', async () => {
    const hub = await startHub();
    const { code, stdout } = await attune(['push', run, 'ada/sectors', '--dry-run'], {
      env: env(hub, { HF_TOKEN: '' }),
    });
    expect(code).toBe(0);
    const names = stdout.trimEnd().split('\n');
    expect(names.map((line) => line.split('  ')[0])).toEqual(readdirSync(join(run, 'model')).sort());
    expect(names).toContainEqual(expect.stringMatching(/^config\.json {2}\d+(\.\d)? k?B$/));
    expect(hub.requests).toEqual([]);
  });

  it('uploads no path of this machine, of a run of an earlier version either', async () => {
    const hub = await startHub();
    const earlier = join(directory, 'earlier');
    cpSync(join(run, 'model'), earlier, { recursive: true });
    const record = { ...JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')), summary: { accuracy: 1 } };
    fileIn(earlier, 'attune.json', JSON.stringify(record));
    expect(JSON.stringify(record)).toContain(directory);
    for (const model of [run, earlier]) {
      const { code, stderr } = await attune(['push', model, 'ada/sectors'], { env: env(hub) });
      expect(code).toBe(0);
      expect(stderr.includes('attune.json')).toBe(true);
      expect(stderr.includes('(without ')).toBe(model === earlier);
    }
    const texts = hub.requests.flatMap(({ path, body }) =>
      path.endsWith('/commit/main')
        ? body
            .toString()
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line).value)
        : [],
    );
    const contents = texts.map(({ content = '' }) => Buffer.from(content, 'base64').toString());
    expect(contents.some((content) => content.includes('"maxLength"'))).toBe(true);
    for (const content of contents) expect(content).not.toContain(directory);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a wrong token', { HF_TOKEN: 'hf_wrong' }, /got 401 \(Invalid username or password\.\); create one.*HF_TOKEN/],
    ['no token', { HF_TOKEN: '' }, /got none; create one/],
    ['HF_HUB_OFFLINE', { HF_HUB_OFFLINE: '1' }, /unset it/],
  ])('fails with %s', async (_, more, message) => {
    const hub = await startHub();
    const result = await attune(['push', run, 'ada/sectors'], { env: env(hub, more) });
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('fails for a run that was not finished', async () => {
    const unfinished = join(directory, 'unfinished');
    mkdirSync(unfinished);
    fileIn(unfinished, 'config.json', '{}');
    const result = await attune(['push', unfinished, 'ada/sectors'], { env: {} });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/unfinished: expected a trained model/) });
    expect(existsSync(join(unfinished, 'model'))).toBe(false);
  });

  it('stops when interrupted', async () => {
    const hub = await startHub();
    const signal = AbortSignal.abort(new Interrupted('SIGINT'));
    expect(await attune(['push', run, 'ada/sectors'], { env: env(hub), signal })).toMatchObject({
      code: 130,
      stdout: '',
    });
    expect(hub.requests).toEqual([]);
  });
});

const events = [
  { file: 'model.safetensors', sent: 30_000, size: 1_340_000_000 },
  { file: 'model.safetensors', sent: 60_000, size: 1_340_000_000 },
  { file: 'model.safetensors', sent: 670_000_000, size: 1_340_000_000 },
  { file: 'model.safetensors', sent: 1_340_000_000, size: 1_340_000_000 },
  { file: 'config.json', sent: 812, size: 812 },
  { file: 'tokenizer.json', sent: 4_096, size: 4_096 },
  { file: 'vocab.txt', sent: 0, size: 0 },
];

const lines = ['model.safetensors  1.3 GB\n', 'config.json  812 B\n', 'tokenizer.json  4.1 kB\n', 'vocab.txt  0 B\n'];

describe('pushListener', () => {
  it('prints a line for every file', () => {
    const { stream, text } = capture();
    events.forEach(pushListener(stream));
    expect(text()).toBe(lines.join(''));
  });

  it('rewrites one line on a terminal, only where it changes', () => {
    const { stream, text } = capture({ isTTY: true });
    events.forEach(pushListener(stream));
    const status = (percent: number) => `model.safetensors  ${percent} % of 1.3 GB\x1b[K\r`;
    expect(text()).toBe(status(0) + status(50) + lines.map((line) => `\x1b[K${line}`).join(''));
  });
});
