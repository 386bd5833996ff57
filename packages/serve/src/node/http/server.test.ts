import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { scriptedWorker } from '../../../test/worker-program';
import { ServiceError, serviceClient } from '../../client';
import { openPredictorPool } from '../pool/pool';
import { attunePlugin } from './plugin';
import type { ScoredLabel, TopLabelPrediction } from './predictions';
import { openService, type Service, type ServiceOptions } from './server';

const directory = mkdtempSync(join(tmpdir(), 'attune-service-'));
const program = scriptedWorker(directory);
const place = join(directory, 'model');
mkdirSync(place);
writeFileSync(join(place, 'config.json'), '{}');

/** The part of the OpenAPI document that tests read. */
interface OpenApi {
  readonly paths: Record<
    string,
    {
      readonly post: {
        readonly requestBody: {
          readonly content: Record<
            string,
            { readonly schema: { readonly properties: Record<string, { readonly maxItems?: number }> } }
          >;
        };
      };
    }
  >;
}

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
    const rows = (await (await predict({ rows: [{ a: 'x', b: 15 }, { a: 'yy' }] })).json()) as {
      predictions: object[];
    };
    expect(rows.predictions).toMatchObject([{ length: 4 }, { length: 2 }]); // a row's values, joined by a space
    expect(await (await predict({ fields: { a: 'xyz' } })).json()).toMatchObject({ predictions: [{ length: 3 }] });
  });

  it.each([
    [400, 'BODY_INVALID', '{'],
    [400, 'BODY_INVALID', {}],
    [400, 'BODY_INVALID', { text: 'a', texts: ['a'] }],
    [400, 'BODY_INVALID', { text: 5 }],
    [400, 'BODY_INVALID', { fields: { a: ['b'] } }],
    [400, 'BODY_INVALID', { fields: { a: 'b' }, text: 'a' }],
    [400, 'BODY_INVALID', { rows: [] }],
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
    expect(page.headers.get('content-security-policy')).toMatch("script-src 'self';");
    const html = await page.text();
    expect(html).toMatch('<title>Attune');
    for (const [, name] of html.matchAll(/(?:href|src)="(page\/[^"]+)"/g))
      expect((await fetch(new URL(name, url))).status).toBe(200);
  });

  it('serves every file that the page imports, as what it is', async () => {
    const left = ['page/page.js'];
    const seen = new Set<string>();
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const answer = await fetch(new URL(name, url));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
      for (const [, file] of (await answer.text()).matchAll(/from '\.\/([^']+)'/g)) left.push(`page/${file}`);
    }
    expect(seen.size).toBeGreaterThan(4);
  });
});

it('asks for a token, but for its health', async () => {
  const { url } = await open({ tokens: ['secret-1', 'secret-2'] });
  const refused = await post(url, '/v1/models/labels/predict', { text: 'a' });
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect((await fetch(new URL('/v1/models', url), { headers: { authorization: 'Bearer secret' } })).status).toBe(401);
  for (const path of ['/health/ready', '/', '/page/page.js'])
    expect((await fetch(new URL(path, url))).status).toBe(200);
  const client = serviceClient(url, { token: 'secret-2' });
  expect(await client.models()).toHaveLength(2);
});

it('answers 429 with a time to wait where too much waits, and 503 where the answer takes too long', async () => {
  const { url, pool } = await open({ maxQueue: 1 });
  const client = serviceClient(url);
  const slow = client.predict('labels', { text: 'wait 1000' });
  await expect.poll(() => pool.state.running).toBe(1);
  const waiting = client.predict('labels', { text: 'b' });
  await expect.poll(() => pool.state.queued).toBe(1);
  const error = await client.predict('labels', { text: 'c' }).catch((thrown: ServiceError) => thrown);
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({
    problem: {
      ...{ code: 'QUEUE_FULL', status: 429 },
      detail:
        'predict: expected at most 1 inputs in the queue, got 1 more with 1 waiting; send fewer texts, or try again later',
    },
    retryAfter: 1,
  });
  await Promise.all([slow, waiting]);
  const hurried = serviceClient((await open({ timeoutMs: 300 })).url);
  const [first, late] = await Promise.allSettled([
    hurried.predict('labels', { text: 'wait 600' }),
    hurried.predict('labels', { text: 'late' }),
  ]);
  expect([first, late]).toMatchObject([
    { reason: { problem: { code: 'TIMEOUT' } } },
    { reason: { problem: { status: 503 } } },
  ]);
});

it('answers 400 where a request has more texts than the queue ever holds, as its document says', async () => {
  const { url } = await open({ maxQueue: 2 });
  const refused = await post(url, '/v1/models/labels/predict', { texts: ['a', 'b', 'c'] });
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
    400,
    null,
    { code: 'BODY_INVALID', detail: 'texts: expected at most 2 per request, got more; send fewer' },
  ]);
  expect((await post(url, '/v1/models/labels/predict', { texts: ['a', 'b'] })).status).toBe(200);
  const { paths } = (await (await fetch(new URL('/openapi.json', url))).json()) as OpenApi;
  const { properties } = paths['/v1/models/{name}/predict'].post.requestBody.content['application/json'].schema;
  expect(properties.texts.maxItems).toBe(2);
});

it('tells the operator once, in the log, which options make room in the queue', async () => {
  const lines: string[] = [];
  const pool = await openPredictorPool({ labels: place }, { maxQueue: 1 }, program);
  const server = fastify({ logger: { level: 'warn', stream: { write: (line) => void lines.push(line) } } });
  await server.register(attunePlugin, { pool, playground: false });
  const client = serviceClient(await server.listen({ port: 0 }));
  const calls = ['wait 400', 'a', 'b', 'c', 'd'].map((text) => client.predict<{ length: number }>('labels', { text }));
  const refused = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/refused with status 429, .*--max-queue.*--max-wait/);
  await server.close();
  await pool.close();
});

it('types the predictions of the client', () => {
  const client = serviceClient('http://127.0.0.1:8000');
  const predicted = () => client.predict('labels', { text: 'a' });
  expectTypeOf<Awaited<ReturnType<typeof predicted>>['predictions'][0]['label']>().toEqualTypeOf<string | undefined>();
  const top = () => client.predict<TopLabelPrediction>('labels', { text: 'a', topK: 1 });
  expectTypeOf<Awaited<ReturnType<typeof top>>['predictions'][0]['top']>().toEqualTypeOf<ScoredLabel[]>();
});

it('refuses options out of range, and takes a time limit of any length', async () => {
  await expect(open({ maxTexts: 0 })).rejects.toThrow('maxTexts expected an integer ≥ 1, got 0');
  await expect(open({ maxTokens: 5 } as ServiceOptions)).rejects.toThrow('maxTokens');
  const { url } = await open({ timeoutMs: 3e9, requestTimeoutMs: 3e11, closeMs: 3e9 });
  expect((await post(url, '/v1/models/labels/predict', { text: 'wait 20' })).status).toBe(200);
});

it('has a client for a service below a path', async () => {
  const asked: string[] = [];
  const fetching = async (address: string | URL | Request) => {
    asked.push(String(address));
    return Response.json({ data: [], predictions: [] });
  };
  for (const url of ['https://a.example/attune', 'https://a.example/attune/', 'https://a.example']) {
    const client = serviceClient(url, { fetch: fetching });
    await client.predict('labels', { text: 'a' });
  }
  const route = 'v1/models/labels/predict';
  expect(asked).toEqual(['/attune/', '/attune/', '/'].map((path) => `https://a.example${path}${route}`));
});

it('says in words which port or host cannot be had', async () => {
  const port = Number(new URL((await open()).url).port);
  await expect(open({ port })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: `port: expected a free port at 127.0.0.1, got ${port}, which another program uses; choose another, or 0 for any free port`,
  });
  await expect(open({ port: 99999 })).rejects.toThrow('port: expected an integer from 0 to 65535, got 99999');
  await expect(open({ host: '192.0.2.1' })).rejects.toThrow('host: expected an address of this machine, got 192.0.2.1');
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

describe('texts', () => {
  let url: string;
  beforeAll(async () => {
    ({ url } = await open());
  });

  it('are written whole, and piece by piece', async () => {
    const client = serviceClient(url);
    const whole = await client.generate('writer', { prompt: 'one two three' });
    expect(whole).toEqual({
      model: 'writer',
      version: 0,
      text: 'one two three ',
      promptTokens: 3,
      tokens: 3,
      ended: 'stop',
    });
    const pieces: string[] = [];
    const writing = client.stream('writer', { messages: [{ role: 'user', content: 'four five' }] });
    let next = await writing.next();
    for (; !next.done; next = await writing.next()) pieces.push(next.value);
    expect([pieces.join(''), next.value.text]).toEqual(['four five ', 'four five ']);
    await expect(client.generate('labels', { prompt: 'a' })).rejects.toMatchObject({
      problem: { code: 'INPUT_INVALID' },
    });
    await expect(client.predict('writer', { text: 'a' })).rejects.toMatchObject({ problem: { code: 'INPUT_INVALID' } });
    await expect(client.generate('writer', {})).rejects.toMatchObject({
      problem: { code: 'BODY_INVALID', detail: 'the body: expected exactly one of prompt, messages and fields' },
    });
  });

  it('follow a row, and are refused what does not go together', async () => {
    const generate = async (body: object) => (await post(url, '/v1/models/writer/generate', body)).json();
    expect(await generate({ fields: { title: 'one', pay: 20 } })).toMatchObject({ text: 'one 20 ' });
    expect(await generate({ prompt: 'a', chatTemplate: 'brief' })).toMatchObject({
      detail: 'the body: chatTemplate and chatVariables need messages; add messages, or remove them',
    });
    expect(await generate({ prompt: 'a', grammar: 'root ::= "a"', jsonSchema: {} })).toMatchObject({
      detail: 'the body: expected jsonSchema or grammar, got both; remove one',
    });
  });

  it("come in the fields of OpenAI's API too", async () => {
    const json = async (path: string, body: object) => (await post(url, path, body)).json();
    expect(await json('/v1/completions', { model: 'writer', prompt: 'a b', max_tokens: 5 })).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text: 'a b ', finish_reason: 'stop' }],
      usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
    });
    const messages = [{ role: 'user', content: 'c d' }];
    expect(await json('/v1/chat/completions', { model: 'writer', messages })).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'c d ' } }],
    });
    const stream = await (await post(url, '/v1/chat/completions', { model: 'writer', messages, stream: true })).text();
    const data = stream
      .trim()
      .split('\n\n')
      .map((event) => event.replace('data: ', ''));
    expect(data.at(-1)).toBe('[DONE]');
    const chunks = data.slice(0, -1).map((own) => JSON.parse(own));
    expect(chunks.map(({ choices: [{ delta }] }) => delta.content ?? '').join('')).toBe('c d ');
    expect(chunks.map(({ choices: [{ delta }] }) => delta.role)).toEqual(['assistant', undefined, undefined]);
    expect(chunks.at(-1).choices[0].finish_reason).toBe('stop');
    expect(await json('/v1/completions', { model: 'other', prompt: 'a' })).toMatchObject({
      status: 404,
      error: { type: 'invalid_request_error', code: 'model_unknown' },
    });
  });

  it('get the messages and options of a request as they are, in the formats of clients', async () => {
    const { url: own } = await open({ maxNewTokens: 16 });
    const asked = async (path: string, body: object) => {
      const answer = await post(own, path, { model: 'writer', ...body });
      const { choices, detail } = (await answer.json()) as { choices?: Record<string, never>[]; detail?: string };
      const [choice] = choices ?? [];
      return choice ? JSON.parse(choice.text ?? (choice.message as { content: string }).content) : detail;
    };
    const call = { id: 'c1', type: 'function', function: { name: 'pay', arguments: '{}' } };
    const messages = [
      { role: 'assistant', content: null, tool_calls: [call] },
      {
        role: 'tool',
        tool_call_id: 'c1',
        content: [
          { type: 'text', text: '20' },
          { type: 'text', text: '00' },
        ],
      },
      { role: 'user', name: 'Ann', content: 'echo' },
    ];
    const tools = [{ type: 'function', function: { name: 'pay' } }];
    const chat = (more: object) => asked('/v1/chat/completions', { messages, ...more });
    const { prompt, options } = await chat({ tools, top_p: 0, frequency_penalty: 0, chat_template_kwargs: { a: 1 } });
    expect(prompt).toEqual([messages[0], { ...messages[1], content: '2000' }, messages[2]]);
    expect(options).toEqual({ maxNewTokens: 16, doSample: false, chatVariables: { tools, a: 1 } });
    expect((await chat({ tools, tool_choice: 'none' })).options.chatVariables).toBeUndefined();
    const seeds = await Promise.all([{}, {}, { seed: -5 }].map(async (more) => (await chat(more)).options.seed));
    expect(seeds).toEqual([expect.any(Number), expect.any(Number), -5]);
    expect(seeds[0]).not.toBe(seeds[1]);
    expect(await chat({ max_tokens: 17 })).toMatch(/^max_tokens: /);
    expect((await chat({ top_k: 5, repetition_penalty: 1.2, seed: 1 })).options).toMatchObject({
      ...{ topK: 5, repetitionPenalty: 1.2 },
    });
    expect((await chat({ top_k: -1 })).options.topK).toBeUndefined();
    for (const name of ['presence_penalty', 'min_p'])
      expect(await chat({ [name]: 1 })).toBe(`${name}: expected 0, the only value that is computed; remove it`);
    expect(await asked('/v1/completions', { prompt: ['a', 'b'] })).toBe(
      'prompt: expected one prompt per request, as a text or a list of one text',
    );
    const many = Array.from({ length: 50 }, () => ({ type: 'text', text: 'x'.repeat(4000) }));
    expect(await chat({ messages: [{ role: 'user', content: many }] })).toMatch(/^messages\.0\.content: Too big/);
    const image = [{ type: 'image_url', image_url: { url: 'a' } }];
    expect(await chat({ messages: [{ role: 'user', content: image }] })).toMatch(/of which others are not supported$/);
    const none = { role: 'assistant', content: null, tool_calls: null };
    expect(await chat({ messages: [none] })).toMatch(/got none$/);
    expect(await chat({ messages: [{ role: 'assistant', content: null }] })).toBe(
      'messages.0.content: expected a text, or null in a message with tool_calls, got none',
    );
  });

  it('that fail after their first piece end with an error of the format', async () => {
    const streamed = async (path: string, body: object) => {
      const text = await (await post(url, path, { ...body, stream: true })).text();
      return text.trim().split('\n\n');
    };
    const [, failure, end] = await streamed('/v1/completions', { model: 'writer', prompt: 'a fail' });
    expect(JSON.parse(failure.replace('data: ', '')).error).toEqual({
      ...{ message: 'the service failed; see its log', type: 'server_error', param: null, code: 'internal' },
    });
    expect(end).toBe('data: [DONE]');
    expect((await streamed('/v1/models/writer/generate', { prompt: 'a fail' })).at(-1)).toMatch(
      /^event: error\ndata: /,
    );
  });

  it('end where the reader leaves', async () => {
    const { url: own, pool } = await open();
    const controller = new AbortController();
    const answer = await fetch(new URL('/v1/models/writer/generate', own), {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, signal: controller.signal },
      body: JSON.stringify({ prompt: 'a '.repeat(500), stream: true }),
    });
    await answer.body?.getReader().read();
    expect(pool.state.running).toBe(1);
    controller.abort();
    await expect.poll(() => pool.state.running, { timeout: 1500 }).toBe(0);
  });
});
