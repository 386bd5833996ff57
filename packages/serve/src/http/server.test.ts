import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedWorker } from '../../test/worker-program';
import { ServiceError, serviceClient } from '../client';
import { openService, type Service, type ServiceOptions } from './server';

const directory = mkdtempSync(join(tmpdir(), 'attune-service-'));
const program = scriptedWorker(directory);
const place = join(directory, 'model');
mkdirSync(place);
writeFileSync(join(place, 'config.json'), '{}');

const services: Service[] = [];
afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  rmSync(directory, { recursive: true });
});

async function open(options: ServiceOptions = {}) {
  const service = await openService(
    { labels: place, writer: `${place}/` },
    { port: 0, logLevel: 'silent', ...options },
    program,
  );
  services.push(service);
  return service;
}

const post = (url: string, path: string, body: unknown, headers = {}) =>
  fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('a service', () => {
  let url: string;
  beforeAll(async () => {
    ({ url } = await open({ maxTexts: 3, maxCharacters: 50, bodyLimit: 2000 }));
  });
  const predict = (body: unknown) => post(url, '/v1/models/labels/predict', body);

  it('labels one text, several, and pairs', async () => {
    const answer = await predict({ text: 'four' });
    expect(await answer.json()).toMatchObject({ model: 'labels', version: 0, predictions: [{ length: 4 }] });
    const several = (await (await predict({ texts: ['a', 'bb'] })).json()) as { predictions: object[] };
    expect(several.predictions).toMatchObject([{ length: 1 }, { length: 2 }]);
  });

  it.each([
    [400, 'BODY_INVALID', '{'],
    [400, 'BODY_INVALID', {}],
    [400, 'BODY_INVALID', { text: 'a', texts: ['a'] }],
    [400, 'BODY_INVALID', { text: 5 }],
    [400, 'BODY_INVALID', { text: 'a', topk: 3 }],
    [400, 'BODY_INVALID', { texts: ['a', 'b', 'c', 'd'] }],
    [400, 'BODY_INVALID', { text: 'x'.repeat(51) }],
    [413, 'BODY_TOO_LARGE', { text: 'x'.repeat(3000) }],
    [500, 'INTERNAL', { text: 'throw' }],
  ])('answers %i %s', async (status, code, body) => {
    const answer = await predict(body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await answer.json()).toMatchObject({
      status,
      code,
      type: `urn:attune:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    });
  });

  it('names the place of what is wrong, and the models that there are', async () => {
    expect(await (await predict({ texts: ['a', 5] })).json()).toMatchObject({
      detail: expect.stringMatching(/^texts\.1: /),
    });
    const unknown = await post(url, '/v1/models/label/predict', { text: 'a' });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { code: 'MODEL_UNKNOWN', detail: 'expected labels, writer, got "label"' },
    ]);
    expect((await fetch(new URL('/v2', url))).status).toBe(404);
    expect((await fetch(new URL('/v1/completions', url))).status).toBe(405);
    expect((await post(url, '/v1/models/labels/predict', '<a/>', { 'content-type': 'text/xml' })).status).toBe(415);
  });

  it('lists its models, its state, its metrics and its document', async () => {
    const json = async (path: string) => (await fetch(new URL(path, url))).json();
    expect(await json('/v1/models')).toMatchObject({
      object: 'list',
      data: [{ id: 'labels', task: 'sequence-classification' }, { id: 'writer' }],
    });
    expect([await json('/health/live'), await json('/health/ready')]).toEqual([
      { status: 'live' },
      { status: 'ready' },
    ]);
    const metrics = await (await fetch(new URL('/metrics', url))).text();
    expect(metrics).toMatch(
      /http_request_duration_seconds_count\{method="POST",route="\/v1\/models\/:name\/predict",status="200"\} \d/,
    );
    expect(metrics).toMatch(/attune_workers 1/);
    const { paths } = (await json('/openapi.json')) as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toContain('/v1/models/{name}/predict');
    const page = await fetch(new URL('/', url));
    expect(page.headers.get('content-security-policy')).toMatch("default-src 'none'");
    expect(await page.text()).toMatch('<title>Attune');
  });
});

it('asks for a token, but for its health', async () => {
  const { url } = await open({ tokens: ['secret-1', 'secret-2'] });
  const refused = await post(url, '/v1/models/labels/predict', { text: 'a' });
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect((await fetch(new URL('/v1/models', url), { headers: { authorization: 'Bearer secret' } })).status).toBe(401);
  expect((await fetch(new URL('/health/ready', url))).status).toBe(200);
  const client = serviceClient(url, { token: 'secret-2' });
  expect(await client.models()).toHaveLength(2);
});

it('answers 429 with a time to wait where too much waits, and 503 where the answer takes too long', async () => {
  const { url } = await open({ maxQueue: 1, timeoutMs: 300 });
  const client = serviceClient(url);
  const slow = client.predict('labels', { text: 'wait 150' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const waiting = client.predict('labels', { text: 'b' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const error = await client.predict('labels', { text: 'c' }).catch((thrown: ServiceError) => thrown);
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({ problem: { code: 'QUEUE_FULL', status: 429 }, retryAfter: 1 });
  await Promise.all([slow, waiting]);
  const [first, late] = await Promise.allSettled([
    client.predict('labels', { text: 'wait 600' }),
    client.predict('labels', { text: 'late' }),
  ]);
  expect([first, late]).toMatchObject([
    { reason: { problem: { code: 'TIMEOUT' } } },
    { reason: { problem: { status: 503 } } },
  ]);
});

it('lets pages of other origins ask where they are named', async () => {
  const preflight = (url: string) =>
    fetch(new URL('/v1/models', url), {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' },
    });
  const [closed, opened] = [await open(), await open({ corsOrigins: ['https://a.example'] })];
  expect((await preflight(closed.url)).headers.get('access-control-allow-origin')).toBeNull();
  expect((await preflight(opened.url)).headers.get('access-control-allow-origin')).toBe('https://a.example');
});

it('answers what it has taken before it closes, and takes no more', async () => {
  const { url, close } = await open();
  const answers = Array.from({ length: 5 }, () => post(url, '/v1/models/labels/predict', { text: 'wait 60' }));
  await new Promise((resolve) => setTimeout(resolve, 80));
  await close();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  await expect(fetch(new URL('/health/live', url))).rejects.toThrow();
});

it('goes on where a client leaves in the middle of its body', async () => {
  const { url } = await open();
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    'POST /v1/models/labels/predict HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"te',
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  expect((await post(url, '/v1/models/labels/predict', { text: 'a' })).status).toBe(200);
});
