// Requests as bytes, most of them with something wrong.

/** Numbers from 0 to 1, the same for a seed. */
export function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A request before it is mutated. */
interface Draft {
  method: string;
  path: string;
  headers: [string, string][];
  body: string;
}

const bodies: readonly [string, readonly unknown[]][] = [
  ['/v1/models/labels/predict', [{ text: 'a' }, { texts: ['a', 'bb'], topK: 2 }, { pairs: [['a', 'b']] }]],
  [
    '/v1/models/writer/generate',
    [
      { prompt: 'a b', maxNewTokens: 4, seed: 1 },
      { prompt: 'a', stream: true, stopStrings: ['x'], temperature: 0.5, topP: 0.9 },
      { messages: [{ role: 'user', content: 'a' }], jsonSchema: { type: 'object' } },
    ],
  ],
  [
    '/v1/completions',
    [
      { model: 'writer', prompt: 'a b', max_tokens: 2 },
      { model: 'writer', prompt: ['a'], stream: true },
    ],
  ],
  [
    '/v1/chat/completions',
    [
      {
        model: 'writer',
        messages: [{ role: 'user', content: 'a' }],
        stop: 'x',
        stream_options: { include_usage: true },
      },
    ],
  ],
];

const pages = ['/', '/v1/models', '/v1/models/labels', '/health/live', '/health/ready', '/metrics', '/openapi.json'];
const methods = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'BREW',
  '',
];
const values: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    Number.MAX_VALUE,
    1e-320,
    2 ** 53,
    0.5,
    '',
    'a',
    '\0',
    '\ud800',
    '\u{1f600}',
    'x'.repeat(200),
    [],
    {},
    [[]],
    [null],
  ],
  ...[{ __proto__: null, constructor: { prototype: 1 } }, { role: 'user' }, ['a', 'b', 'c', 'd', 'e']],
];
const pieces = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\u',
  '\\ud800',
  '\0',
  '\r\n',
  '\xff',
  '__proto__',
  '1e999',
  '//',
  '%00',
  '%zz',
  '..',
  '?',
  '#',
];
const headers: readonly [string, string][] = [
  ['content-type', 'text/plain'],
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['content-type', 'multipart/form-data; boundary=a'],
  ['content-type', ''],
  ['content-type', ';;;'],
  ['accept', 'text/html;q=2,'],
  ['content-encoding', 'gzip'],
  ['transfer-encoding', 'chunked'],
  ['transfer-encoding', 'gzip'],
  ['content-length', '-1'],
  ['content-length', '1e3'],
  ['content-length', '99999999999'],
  ['content-length', '3'],
  ['expect', '100-continue'],
  ['expect', 'tea'],
  ['upgrade', 'websocket'],
  ['connection', 'upgrade'],
  ['authorization', 'Bearer \xff'],
  ['origin', 'null'],
  ['host', ''],
  ['host', 'a b:c'],
  ['x-request-id', '"\t{'],
  ['cookie', '='.repeat(5000)],
  ['range', 'bytes=0-'],
  ['__proto__', 'a'],
  ['a b', 'c'],
];

/** The bytes of a request, as latin1; most of them are of a request that is right but for a thing or two. */
export function mutatedRequest(random: () => number): string {
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const draft = drawDraft(random, one);
  const changes = [changeJson, changeText, changePath, changeMethod, changeHeaders];
  for (let count = Math.floor(random() * 4); count > 0; count--) one(changes)(draft, random, one);
  const length = Buffer.byteLength(draft.body, 'latin1');
  const lengthHeader: [string, string][] = draft.body === '' ? [] : [['content-length', `${length}`]];
  const isSaid = draft.headers.some(([name]) => name === 'content-length' || name === 'transfer-encoding');
  const all = [...draft.headers, ...(isSaid ? [] : lengthHeader)];
  const head = [`${draft.method} ${draft.path} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`)];
  const whole = `${head.join('\r\n')}\r\n\r\n${draft.body}`;
  return random() < 0.03 ? spliced(whole, random, one) : whole;
}

type One = <T>(list: readonly T[]) => T;

function drawDraft(random: () => number, one: One): Draft {
  const shared: [string, string][] = [['host', 'localhost']];
  if (random() < 0.15) return { method: 'GET', path: one(pages), headers: shared, body: '' };
  const [path, examples] = one(bodies);
  const sent: [string, string][] = [...shared, ['content-type', 'application/json']];
  return { method: 'POST', path, headers: sent, body: latin1(JSON.stringify(one(examples))) };
}

/** UTF-8 bytes, a character each. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

/** Puts another value somewhere in the body, or another key. */
function changeJson(draft: Draft, random: () => number, one: One): void {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(draft.body, 'latin1').toString());
  } catch {
    return;
  }
  const change = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || random() < 0.2) return one(values);
    const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    const keys = Object.keys(copy);
    if (keys.length === 0 || random() < 0.2)
      copy[one(['text', 'topK', 'stream', 'model', 'x', '0', 'prompt', 'n'])] = one(values);
    else {
      const key = one(keys);
      if (random() < 0.15) delete copy[key];
      else copy[key] = change(copy[key]);
    }
    return copy;
  };
  draft.body = latin1(JSON.stringify(change(json)) ?? '');
}

function changeText(draft: Draft, random: () => number, one: One): void {
  draft.body = spliced(draft.body, random, one);
}

function changePath(draft: Draft, random: () => number, one: One): void {
  const others = [
    ...pages,
    ...bodies.map(([path]) => path),
    '*',
    'http://a/v1/models',
    '//',
    '/v1/models//predict',
    `/${'a'.repeat(3000)}`,
  ];
  draft.path = random() < 0.3 ? one(others) : spliced(draft.path, random, one).replaceAll(/[\r\n]/g, '');
}

function changeMethod(draft: Draft, _: () => number, one: One): void {
  draft.method = one(methods);
}

function changeHeaders(draft: Draft, random: () => number, one: One): void {
  if (random() < 0.3) draft.headers.splice(Math.floor(random() * draft.headers.length), 1);
  else draft.headers.push(one(headers));
}

/** Cuts some of a text, repeats some, or puts something in. */
function spliced(text: string, random: () => number, one: One): string {
  const at = Math.floor(random() * (text.length + 1));
  const length = Math.floor(random() * 8);
  const kind = random();
  if (kind < 0.3) return text.slice(0, at) + text.slice(at + length);
  if (kind < 0.5) return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
  return text.slice(0, at) + one(pieces) + text.slice(at);
}
