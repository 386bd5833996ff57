import { afterAll, beforeAll, expect, it } from 'vitest';
import { exchange, rawConnection } from '../../../test/raw-client';
import { scriptedServices } from '../../../test/scripted-service';
import { serviceClient } from '../../client';
import type { Service } from './server';

const services = scriptedServices();
let service: Service;
beforeAll(async () => {
  service = await services.open({ requestTimeoutMs: 1500 });
});
afterAll(services.close);

/** Milliseconds that a request of another client takes. */
async function otherClient(): Promise<number> {
  const start = performance.now();
  const { predictions } = await serviceClient(service.url).predict('labels', { text: 'a' });
  expect(predictions).toMatchObject([{ length: 1 }]);
  return performance.now() - start;
}

const head = (length: number) =>
  `POST /v1/models/labels/predict HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

/** Sends the start of a request, and then a byte at a time for as long as the connection is open. */
async function dribble(start: string, rest: string): Promise<string> {
  const { socket, ended } = rawConnection(service.url);
  socket.write(start);
  let sent = 0;
  const timer = setInterval(() => socket.writable && socket.write(rest[sent++ % rest.length]), 20);
  return ended.finally(() => clearInterval(timer));
}

it.each([
  ['headers', '', head(100)],
  ['bodies', `${head(1000)}{`, ' '],
])('%s that come a byte at a time are answered 408 after a while, and hold up nobody', async (_, first, rest) => {
  const start = performance.now();
  const slow = Array.from({ length: 100 }, () => dribble(first, rest));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await otherClient()).toBeLessThan(1000);
  for (const answer of await Promise.all(slow)) {
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toMatch('content-type: application/problem+json');
    expect(JSON.parse(answer.split('\r\n\r\n')[1])).toMatchObject({ code: 'REQUEST_TIMEOUT', status: 408 });
  }
  expect(performance.now() - start).toBeLessThan(5000);
});

it('a text whose reader reads nothing is written to its end, and the next is written', async () => {
  const words = 'word '.repeat(300);
  const body = JSON.stringify({ prompt: words, stream: true });
  const { socket } = rawConnection(service.url);
  socket.pause();
  socket.write(
    `POST /v1/models/writer/generate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await expect.poll(() => service.pool.state.running).toBe(1);
  expect(await otherClient()).toBeLessThan(1000);
  await expect.poll(() => service.pool.state.running, { timeout: 10_000 }).toBe(0);
  expect((await serviceClient(service.url).generate('writer', { prompt: 'a b' })).text).toBe('a b ');
  socket.destroy();
});

it('more requests at a time than may be are answered 503, but for the health', async () => {
  const { url } = await services.open({ maxRequests: 2 });
  const client = serviceClient(url);
  const both = [client.predict('labels', { text: 'wait 200' }), client.predict('labels', { text: 'wait 200' })];
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(client.predict('labels', { text: 'a' })).rejects.toMatchObject({
    problem: { code: 'UNAVAILABLE', status: 503 },
    retryAfter: 1,
  });
  expect((await fetch(new URL('/health/live', url))).status).toBe(200);
  await Promise.all(both);
  expect((await client.predict('labels', { text: 'a' })).predictions).toHaveLength(1);
});

it.each([
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 400, 'REQUEST_INVALID'],
  ['no host', 'GET /v1/models HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'REQUEST_INVALID'],
  ['an address that cannot be decoded', 'GET /%zz HTTP/1.0\r\n\r\n', 400, 'REQUEST_INVALID'],
  ['large headers', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ['a method that there is not', 'PUT /v1/models/labels/predict HTTP/1.0\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
  ['a method of a page', 'DELETE / HTTP/1.0\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
])('%s is answered with a problem', async (_, bytes, status, code) => {
  const answer = await exchange(service.url, bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toMatch(/content-type: application\/problem\+json/i);
  expect(JSON.parse(answer.split('\r\n\r\n')[1])).toMatchObject({ status, code });
  if (status === 405) expect(answer).toMatch(/\r\nallow: [A-Z, ]+\r\n/);
});

it('an expectation that there is not is none', async () => {
  const answer = await exchange(
    service.url,
    'GET /health/live HTTP/1.1\r\nhost: a\r\nexpect: tea\r\nconnection: close\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
