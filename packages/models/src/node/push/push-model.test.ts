import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type HubServer, startPushHub, validToken } from '../../../test/push-server';
import { temporaryDirectory } from '../../../test/temporary';
import { pushModel } from './push-model';
import type { PushProgress } from './upload-files';

/** Larger than what a socket takes at once, and no two parts of it alike. */
const weights = Uint8Array.from({ length: 12_000_000 }, (_, i) => (i * 2_654_435_761) >>> 13);

const model: Readonly<Record<string, string | Uint8Array>> = {
  'README.md': '---\nlicense: mit\n---\n# Größen\n',
  'attune.json': '{}\n',
  'config.json': '{"model_type":"bert"}\n',
  'model.safetensors': weights,
  'onnx/model.onnx': weights.subarray(0, 5000),
  'tokenizer.json': '{"model":{}}',
  'vocab.txt': '',
};

function modelDirectory(files: Readonly<Record<string, string | Uint8Array>> = model): string {
  const directory = temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/** Nothing of the machine that runs the tests: its token least of all. */
function environment(more: Readonly<Record<string, string>> = {}) {
  return { HF_HOME: join(temporaryDirectory(), 'none'), ...more };
}

const to = ({ endpoint }: HubServer) => ({ endpoint, token: validToken, environment: environment() });

function sizesOf(files: Readonly<Record<string, string | Uint8Array>>): Record<string, number> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content).length]));
}

function expectArrived(hub: HubServer, name: string, files = model): void {
  const arrived = hub.repositories.get(name)?.files;
  expect([...(arrived?.keys() ?? [])].sort()).toEqual(Object.keys(files).sort());
  for (const [path, content] of Object.entries(files)) {
    expect(arrived?.get(path)?.equals(Buffer.from(content)), path).toBe(true);
  }
}

describe('pushModel', () => {
  it('creates the repository and brings every file there, byte for byte', async () => {
    const hub = await startPushHub();
    const url = await pushModel(modelDirectory(), 'ada/sectors', to(hub));
    expectArrived(hub, 'ada/sectors');
    expect(url).toMatch(new RegExp(`^${hub.endpoint}/ada/sectors/commit/[0-9a-f]{40}$`));
    expect(hub.commits).toEqual([{ summary: 'Upload model with Attune', repository: 'ada/sectors', branch: 'main' }]);
    expect(JSON.parse(hub.requests[0].body.toString())).toEqual({
      name: 'sectors',
      organization: 'ada',
      type: 'model',
    });
    expect(hub.repositories.get('ada/sectors')?.private).toBe(false);
  });

  it('sends large files to their store, whole, and the token to the hub only', async () => {
    const hub = await startPushHub();
    await pushModel(modelDirectory(), 'ada/sectors', to(hub));
    const puts = hub.requests.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ body }) => body.length).sort((a, b) => a - b)).toEqual([5000, weights.length]);
    for (const { authorization } of puts) expect(authorization).toBeUndefined();
    const commit = hub.requests.at(-1)?.body.toString() ?? '';
    expect(commit.split('\n').filter((line) => line.includes('"lfsFile"'))).toHaveLength(2);
    expect(commit.length).toBeLessThan(2000);
  });

  it('sends large files in parts where the hub asks for them', async () => {
    const hub = await startPushHub({ partBytes: 5_000_000 });
    const seen: PushProgress[] = [];
    await pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), onProgress: (progress) => seen.push(progress) });
    expectArrived(hub, 'ada/sectors');
    expect(hub.requests.filter(({ method }) => method === 'PUT')).toHaveLength(4);
    expect(seen.filter(({ file, sent, size }) => file === 'model.safetensors' && sent === size)).toHaveLength(1);
  });

  it('tells how far it is, and of the end of every file once', async () => {
    const hub = await startPushHub();
    const seen: PushProgress[] = [];
    await pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), onProgress: (progress) => seen.push(progress) });
    const large = seen.filter(({ file }) => file === 'model.safetensors').map(({ sent }) => sent);
    expect(large.length).toBeGreaterThan(3);
    expect(large).toEqual([...large].sort((a, b) => a - b));
    const ends = seen.filter(({ sent, size }) => sent === size).map(({ file, size }) => [file, size]);
    expect(ends).toHaveLength(Object.keys(model).length);
    expect(Object.fromEntries(ends)).toEqual(sizesOf(model));
  });

  it('leaves out hidden and temporary files, and follows no link', async () => {
    const hub = await startPushHub();
    const stray = {
      '.git/config': 'secret',
      '.DS_Store': 'x',
      'model.safetensors.tmp-4711-0a1b2c3d': 'half',
      'onnx.old-4711-0a1b2c3d/model.onnx': 'old',
    };
    const directory = modelDirectory({ ...model, ...stray });
    const outside = join(modelDirectory({ 'secret.txt': 'secret' }), 'secret.txt');
    symlinkSync(outside, join(directory, 'link.txt'));
    symlinkSync(dirname(outside), join(directory, 'links'));
    await pushModel(directory, 'ada/sectors', to(hub));
    expectArrived(hub, 'ada/sectors');
  });

  it('pushes to a repository that is there, which keeps its other files', async () => {
    const hub = await startPushHub({ existing: { 'ada/sectors': { private: false } } });
    hub.repositories.get('ada/sectors')?.files.set('notes.md', Buffer.from('kept'));
    await pushModel(modelDirectory(), 'ada/sectors', to(hub));
    expectArrived(hub, 'ada/sectors', { ...model, 'notes.md': 'kept' });
  });

  it('pushes where the token may write but not create', async () => {
    const hub = await startPushHub({ existing: { 'ada/sectors': { private: false } } });
    hub.fault = (_, path) => (path === '/api/repos/create' ? { status: 403, error: 'no rights' } : undefined);
    await pushModel(modelDirectory(), 'ada/sectors', to(hub));
    expectArrived(hub, 'ada/sectors');
    const other = pushModel(modelDirectory(), 'ada/other', to(hub));
    await expect(other).rejects.toMatchObject({
      code: 'HUB_UNAUTHORIZED',
      message: expect.stringContaining('no rights'),
    });
  });

  it('takes token and address from the environment, or the token that Python stored', async () => {
    const hub = await startPushHub();
    const variables = { HF_ENDPOINT: `${hub.endpoint}/`, HF_TOKEN: validToken };
    await pushModel(modelDirectory(), 'ada/one', { environment: environment(variables) });
    const home = temporaryDirectory();
    writeFileSync(join(home, 'token'), `${validToken}\n`);
    await pushModel(modelDirectory(), 'ada/two', { environment: { HF_ENDPOINT: hub.endpoint, HF_HOME: home } });
    expect([...hub.repositories.keys()]).toEqual(['ada/one', 'ada/two']);
  });
});

describe('private', () => {
  it('creates a private repository, and pushes to one', async () => {
    const hub = await startPushHub();
    for (const _ of [1, 2]) await pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), private: true });
    expect(hub.repositories.get('ada/sectors')?.private).toBe(true);
    expect(hub.commits).toHaveLength(2);
  });

  it('uploads nothing to a repository that is public', async () => {
    const hub = await startPushHub({ existing: { 'ada/sectors': { private: false } } });
    const pushed = pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), private: true });
    await expect(pushed).rejects.toMatchObject({
      name: 'AttuneError',
      code: 'HUB_NOT_PRIVATE',
      message: expect.stringMatching(/^ada\/sectors: expected .* got a public one; nothing was uploaded: .*\/settings/),
    });
    expect(hub.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});

describe('an upload that fails', () => {
  it('is repeated safely after a connection that broke in the middle of a file', async () => {
    const hub = await startPushHub();
    const directory = modelDirectory();
    hub.fault = (method) => (method === 'PUT' ? { cutAfter: 3_000_000 } : undefined);
    await expect(pushModel(directory, 'ada/sectors', to(hub))).rejects.toMatchObject({
      name: 'AttuneError',
      code: 'HUB_UPLOAD',
      message: expect.stringMatching(
        /^ada\/sectors: the upload to http.* was interrupted: .*push again: .*not sent twice/,
      ),
    });
    expect([hub.commits, hub.repositories.get('ada/sectors')?.files.size]).toEqual([[], 0]);
    hub.fault = () => undefined;
    await pushModel(directory, 'ada/sectors', to(hub));
    expectArrived(hub, 'ada/sectors');
  });

  it('does not send a large file again that has arrived', async () => {
    const hub = await startPushHub();
    const directory = modelDirectory();
    hub.fault = (_, path) => (path.includes('/commit/') ? { cutAfter: 1 } : undefined);
    await expect(pushModel(directory, 'ada/sectors', to(hub))).rejects.toMatchObject({ code: 'HUB_UPLOAD' });
    hub.fault = () => undefined;
    await pushModel(directory, 'ada/sectors', to(hub));
    expectArrived(hub, 'ada/sectors');
    expect(hub.requests.filter(({ method }) => method === 'PUT')).toHaveLength(2);
    expect(hub.commits).toHaveLength(1);
  });

  it('repeats no token that a server sends back', async () => {
    const hub = await startPushHub();
    hub.fault = () => ({ status: 401, error: `bad creds Bearer ${validToken}, Basic c2VjcmV0` });
    const error = await pushModel(modelDirectory(), 'ada/sectors', to(hub)).catch((reason: Error) => reason);
    expect((error as Error).message).toContain('got 401 (bad creds Bearer hf_***, Basic ***)');
    expect((error as Error).message).not.toMatch(/hf_write|c2VjcmV0/);
  });

  it('gives no address of a commit that is none', async () => {
    const hub = await startPushHub();
    const spoiled: typeof fetch = async (input, init) =>
      String(input).includes('/commit/')
        ? Response.json({ commitUrl: 'javascript:alert(1)\x1b[2J' })
        : fetch(input, init);
    await expect(pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), fetch: spoiled })).rejects.toThrow(
      /an answer without the address of a commit/,
    );
  });

  it.each<[string, object | undefined, RegExp]>([
    [
      'a file of this machine',
      { href: 'file:///etc/passwd' },
      /got "file:\/\/\/etc\/passwd", which is not an HTTP address/,
    ],
    ['a relative address', { href: '/relative' }, /got "\/relative", which is not an HTTP address/],
    ['a broken address', { href: 'http://[bad' }, /got "http:\/\/\[bad", which is not an HTTP address/],
    ['no address', {}, /large files from \S+, got none/],
    [
      'too few parts',
      { href: 'http://x/', header: { chunk_size: '10', 1: 'http://x/1' } },
      /got 1 parts of 10 bytes for/,
    ],
    ['parts of no size', { href: 'http://x/', header: { chunk_size: 'x' } }, /got 0 parts of NaN bytes for/],
    [
      'a part without an address',
      { href: 'http://x/', header: { chunk_size: '99999999', 1: 7 } },
      /got 7, which is no/,
    ],
  ])('refuses a place for large files that is %s, at once', async (_, upload, message) => {
    const hub = await startPushHub();
    const spoiled: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).endsWith('/objects/batch')) return response;
      const { objects } = (await response.json()) as { objects: object[] };
      return Response.json({ objects: objects.map((object) => ({ ...object, actions: { upload } })) });
    };
    const pushed = pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), fetch: spoiled });
    await expect(pushed).rejects.toMatchObject({ code: 'HUB_RESPONSE', message: expect.stringMatching(message) });
    expect(hub.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it.each(['create', 'preupload', 'objects/batch', 'storage', 'commit'])(
    'waits for no answer forever: %s',
    async (route) => {
      const hub = await startPushHub();
      const silent: typeof fetch = (input, init) =>
        String(input).includes(route)
          ? new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
          : fetch(input, init);
      const settings = { ...to(hub), environment: environment({ HF_HUB_DOWNLOAD_TIMEOUT: '0.3' }), fetch: silent };
      await expect(pushModel(modelDirectory(), 'ada/sectors', settings)).rejects.toMatchObject({
        code: 'HUB_UPLOAD',
        message: expect.stringContaining('got no answer for 0.3 seconds; check the network'),
      });
    },
  );

  it('waits for the end of no answer forever', async () => {
    const hub = await startPushHub();
    const endless: typeof fetch = async (input, init) => {
      if (!String(input).includes('preupload')) return fetch(input, init);
      const start = (body: ReadableStreamDefaultController) =>
        init?.signal?.addEventListener('abort', () => body.error(init.signal?.reason));
      return new Response(new ReadableStream({ start }));
    };
    const settings = { ...to(hub), environment: environment({ HF_HUB_DOWNLOAD_TIMEOUT: '0.3' }), fetch: endless };
    await expect(pushModel(modelDirectory(), 'ada/sectors', settings)).rejects.toThrow(/got no answer for 0.3 seconds/);
  });

  it.each([
    [
      401,
      /create/,
      'HUB_UNAUTHORIZED',
      /got 401 \(the words\); create one of the kind "write" at .*\/settings\/tokens and set HF_TOKEN/,
    ],
    [403, /preupload/, 'HUB_UNAUTHORIZED', /expected a token that may write there.*got 403/],
    [404, /preupload/, 'HUB_NOT_FOUND', /got 404 \(the words\); check the name/],
    [400, /commit/, 'HUB_UPLOAD', /got 400 \(the words\); fix what it reports/],
    [412, /commit/, 'HUB_UPLOAD', /got 412 \(the words\); try again later/],
    [503, /storage/, 'HUB_UPLOAD', /got 503 \(the words\); try again later/],
    [403, /storage/, 'HUB_UPLOAD', /got 403 \(the words\); try again later/],
    [500, /batch/, 'HUB_UPLOAD', /got 500/],
  ])('says what a %i to %s means', async (status, route, code, message) => {
    const hub = await startPushHub();
    hub.fault = (_, path) => (route.test(path) ? { status, error: 'the \u001b\nwords' } : undefined);
    const pushed = pushModel(modelDirectory(), 'ada/sectors', to(hub));
    await expect(pushed).rejects.toMatchObject({ name: 'AttuneError', code, message: expect.stringMatching(message) });
    expect(hub.commits).toEqual([]);
  });

  it('says that a branch is not there', async () => {
    const hub = await startPushHub();
    const pushed = pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), revision: 'dev' });
    await expect(pushed).rejects.toMatchObject({ code: 'HUB_NOT_FOUND', message: expect.stringContaining('dev') });
  });

  it.each<[string, string | undefined, RegExp]>([
    ['a wrong token', 'hf_wrong', /got 401 \(Invalid credentials/],
    ['no token', undefined, /expected a token with write access to http.*, got none; create one.*hf auth login/],
    ['a token of another kind', 'secret', /got one that does not begin with "hf_"/],
  ])('refuses %s, and never shows it', async (_, token, message) => {
    const hub = await startPushHub();
    const error = await pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), token }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'HUB_UNAUTHORIZED', message: expect.stringMatching(message) });
    if (token) expect(error.message).not.toContain(token);
    expect(hub.repositories.size).toBe(0);
  });

  it('says that nobody answers, or that somebody else does', async () => {
    const options = { token: validToken, environment: environment() };
    const nobody = pushModel(modelDirectory(), 'ada/sectors', { ...options, endpoint: 'http://127.0.0.1:1' });
    await expect(nobody).rejects.toMatchObject({ code: 'HUB_UPLOAD', message: expect.stringContaining('HF_ENDPOINT') });
    const html = async () => new Response('<html>', { headers: { 'content-type': 'text/html' } });
    const other = pushModel(modelDirectory(), 'ada/sectors', { ...options, fetch: html });
    await expect(other).rejects.toMatchObject({ code: 'HUB_UPLOAD', message: expect.stringContaining('HF_ENDPOINT') });
  });

  it.each([
    ['create', '<!doctype html><title>Sign in</title>', 'a web page'],
    ['preupload', ' <html>', 'a web page'],
    ['commit', '<html>', 'a web page'],
    ['commit', 'OK', 'an answer that is not JSON'],
    ['preupload', '', 'an answer that is not JSON'],
    ['create', 'null', 'an answer of another form'],
    ['preupload', '{}', 'an answer of another form'],
    ['commit', 'null', 'an answer of another form'],
  ])('says in words that no hub answers: %s with %s', async (route, body, got) => {
    const hub = await startPushHub();
    const spoiled: typeof fetch = async (input, init) =>
      String(input).includes(route) ? new Response(body) : fetch(input, init);
    await expect(pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), fetch: spoiled })).rejects.toMatchObject({
      code: 'HUB_UPLOAD',
      message: `ada/sectors: expected ${hub.endpoint} to answer as a hub does, got ${got}; check that HF_ENDPOINT is a Hugging Face hub, then push again`,
    });
  });

  it('stops when told to, with the reason given', async () => {
    const hub = await startPushHub();
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('stop'));
    const pushed = pushModel(modelDirectory(), 'ada/sectors', { ...to(hub), signal: controller.signal, onProgress });
    await expect(pushed).rejects.toThrow(/^stop$/);
    const again = pushModel(modelDirectory(), 'ada/more', { ...to(hub), signal: controller.signal });
    await expect(again).rejects.toThrow(/^stop$/);
    expect([hub.commits, [...hub.repositories.keys()]]).toEqual([[], ['ada/sectors']]);
  });
});

describe('what is asked for', () => {
  it.each([
    'sectors',
    'ada/',
    '/sectors',
    'ada/sectors/main',
    'a--b/c',
    'ada/..',
    'ada/x.git',
    'https://hf.co/a/b',
    'ada/a b',
  ])('refuses the name %j', async (name) => {
    await expect(pushModel(modelDirectory(), name)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringContaining(`repository: expected owner/name`),
    });
  });

  it('takes a name that is also a kind of repository for a model’s', async () => {
    const hub = await startPushHub();
    await pushModel(modelDirectory(), 'spaces/sectors', to(hub));
    expectArrived(hub, 'spaces/sectors');
  });

  it.each([
    ['config.json', 'no file config.json'],
    ['model.safetensors', 'no file model.safetensors'],
  ])('refuses a directory without %s', async (name, found) => {
    const directory = modelDirectory();
    rmSync(join(directory, name));
    await expect(pushModel(directory, 'ada/sectors')).rejects.toMatchObject({
      code: 'CHECKPOINT_MISSING',
      message: expect.stringContaining(
        `${directory}: expected a trained model (config.json and model.safetensors), found ${found}`,
      ),
    });
  });

  it('refuses a directory that is not there, a bad branch, and to go online when offline', async () => {
    await expect(pushModel('no-such-run', 'ada/sectors')).rejects.toMatchObject({ code: 'CHECKPOINT_MISSING' });
    await expect(pushModel(modelDirectory(), 'ada/sectors', { revision: '../x' })).rejects.toThrow(RangeError);
    const offline = { environment: environment({ HF_HUB_OFFLINE: '1' }), token: validToken };
    await expect(pushModel(modelDirectory(), 'ada/sectors', offline)).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  });
});
