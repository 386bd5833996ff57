import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commit, type FakeHub, gitSha1, type Seen, sha256, startHub } from '../../../test/hub-server';
import { temporaryDirectory } from '../../../test/temporary';
import { type DownloadProgress, downloadModel } from './download-model';
import { hubSettings } from './environment';

const weights = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3));
const model = {
  'config.json': '{"model_type":"bert"}',
  'tokenizer.json': '{"version":"1.0"}',
  'tokenizer_config.json': '{}',
  'model.safetensors': weights,
  'pytorch_model.bin': 'pickled',
  'README.md': 'a card',
};
const otherCommit = '89abcdef0123456789abcdef0123456789abcdef';
const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];

interface More {
  readonly cache?: string;
  readonly revision?: string;
  readonly token?: string;
  readonly timeout?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** Downloads from a hub on this machine; five attempts without a wait to speak of. */
async function download(hub: FakeHub, id: string, more: More = {}): Promise<string> {
  const { cache = temporaryDirectory(), revision = 'main', token = '', timeout, onProgress } = more;
  const environment = {
    HF_ENDPOINT: hub.endpoint,
    HF_TOKEN: token,
    ...(token === '' && { HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }),
    HF_HUB_DOWNLOAD_TIMEOUT: timeout,
    HF_HUB_ETAG_TIMEOUT: timeout,
  };
  const settings = await hubSettings(environment);
  return downloadModel(id, { cache, revision, settings, retries: { attempts: 5, delay: 1 }, onProgress });
}

const ofWeights = ({ on, method }: Seen) => on === 'store' && method === 'GET';
/** Whether so many bytes of the weights are in a cache. */
const hasPart = (cache: string) => (bytes: number) =>
  (statSync(`${blobOf(cache)}.incomplete`, { throwIfNoEntry: false })?.size ?? 0) >= bytes;

const blobOf = (cache: string) => join(cache, 'models--acme--tiny', 'blobs', sha256(weights));

describe('downloadModel', () => {
  it('refuses a family that is not here before it fetches weights', async () => {
    const hub = await startHub({ ...model, 'config.json': '{"model_type":"deberta-v2"}' });
    const refused = download(hub, 'acme/tiny');
    await expect(refused).rejects.toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED' });
    await expect(refused).rejects.toThrow(
      /^acme\/tiny: config\.json: model_type expected bert, .* llama, .* or qwen3, got "deberta-v2"/,
    );
    expect(hub.seen.filter(ofWeights)).toEqual([]);
  });

  it("fills Python's cache with what is read here", async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    const snapshot = await download(hub, 'acme/tiny', { cache });
    const repository = join(cache, 'models--acme--tiny');
    expect(snapshot).toBe(join(repository, 'snapshots', commit));
    expect(readFileSync(join(repository, 'refs', 'main'), 'utf8')).toBe(commit);
    expect(readdirSync(snapshot).sort()).toEqual(names);
    for (const name of names) {
      const content = hub.files.get(name) ?? Buffer.alloc(0);
      const blob = name === 'model.safetensors' ? sha256(content) : gitSha1(content);
      expect(lstatSync(join(snapshot, name)).isSymbolicLink()).toBe(true);
      expect(readlinkSync(join(snapshot, name))).toBe(join('..', '..', 'blobs', blob));
      expect(readFileSync(join(snapshot, name)).equals(content)).toBe(true);
    }
    expect(readdirSync(join(repository, 'blobs'))).toHaveLength(names.length);
    expect(readdirSync(join(repository, '.no_exist', commit)).sort()).toEqual([
      'added_tokens.json',
      'chat_template.jinja',
      'generation_config.json',
      'special_tokens_map.json',
      'vocab.txt',
    ]);
  });

  it('fetches what a model made for chat has besides', async () => {
    const hub = await startHub({ ...model, 'chat_template.jinja': '{{ x }}', 'generation_config.json': '{}' });
    const snapshot = await download(hub, 'acme/tiny');
    expect(readFileSync(join(snapshot, 'chat_template.jinja'), 'utf8')).toBe('{{ x }}');
    expect(readFileSync(join(snapshot, 'generation_config.json'), 'utf8')).toBe('{}');
  });

  it('fetches a vocabulary in another form only where there is none that is read here', async () => {
    const hub = await startHub({ ...model, 'tokenizer.model': 'pieces' });
    expect(readdirSync(await download(hub, 'acme/tiny'))).not.toContain('tokenizer.model');
    hub.files.delete('tokenizer.json');
    expect(readdirSync(await download(hub, 'acme/tiny'))).toContain('tokenizer.model');
  });

  it('asks the second time for the commit alone, and of a commit for nothing', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    const snapshot = await download(hub, 'acme/tiny', { cache });
    hub.take();
    expect(await download(hub, 'acme/tiny', { cache })).toBe(snapshot);
    expect(hub.take()).toEqual(['HEAD /acme/tiny/resolve/main/config.json']);
    expect(await download(hub, 'acme/tiny', { cache, revision: commit })).toBe(snapshot);
    expect(hub.take()).toEqual([]);
  });

  it('follows a branch to a new commit, and fetches only what changed', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    await download(hub, 'acme/tiny', { cache, revision: 'refs/pr/1' });
    hub.take();
    hub.commit = otherCommit;
    hub.files.set('tokenizer_config.json', Buffer.from('{"do_lower_case":true}'));
    const snapshot = await download(hub, 'acme/tiny', { cache, revision: 'refs/pr/1' });
    const gets = hub.take().filter((request) => request.startsWith('GET'));
    expect(gets).toEqual([`GET /acme/tiny/resolve/${otherCommit}/tokenizer_config.json`]);
    expect(readFileSync(join(snapshot, 'tokenizer_config.json'), 'utf8')).toContain('do_lower_case');
    expect(readFileSync(join(cache, 'models--acme--tiny/refs/refs/pr/1'), 'utf8')).toBe(otherCommit);
  });

  it('fetches the shards an index names, and none that is a path', async () => {
    const [shard, index] = ['model-00001-of-00001.safetensors', 'model.safetensors.index.json'];
    const map = { a: shard, b: '../../outside.safetensors', c: shard };
    const { 'model.safetensors': _, ...rest } = model;
    const hub = await startHub({ ...rest, [shard]: weights, [index]: JSON.stringify({ weight_map: map }) });
    const snapshot = await download(hub, 'acme/tiny');
    expect(readFileSync(join(snapshot, shard)).equals(weights)).toBe(true);
    expect(hub.take().filter((request) => request.includes('outside'))).toEqual([]);
    hub.files.delete(shard);
    await expect(download(hub, 'acme/tiny')).rejects.toThrow(`expected a model with ${shard}, found no such file`);
  });

  it('follows a renamed model within the hub, under the name that was asked for', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    const snapshot = await download(hub, 'old-name', { cache, token: 'hf_secret' });
    expect(snapshot).toBe(join(cache, 'models--old-name', 'snapshots', commit));
    expect(hub.seen.filter(({ on }) => on === 'hub').every(({ authorization }) => authorization)).toBe(true);
  });

  it('takes the bare 404 of a mirror for a file that is not there', async () => {
    const hub = await startHub(model);
    const isOptional = ({ path }: Seen) => /vocab|special/.test(path);
    hub.faults.push({ match: isOptional, status: 404, times: 2 });
    expect(readdirSync(await download(hub, 'acme/tiny')).sort()).toEqual(names);
  });

  it('sends the token to the hub and to no other host', async () => {
    const hub = await startHub(model);
    await download(hub, 'acme/tiny', { token: 'hf_secret' });
    const sent = (host: string) => hub.seen.filter(({ on }) => on === host).map(({ authorization }) => authorization);
    expect(new Set(sent('hub'))).toEqual(new Set(['Bearer hf_secret']));
    expect(sent('store')).toEqual([undefined]);
  });

  it('tells how far it is', async () => {
    const hub = await startHub(model);
    const seen: DownloadProgress[] = [];
    await download(hub, 'acme/tiny', { onProgress: (progress) => seen.push(progress) });
    const received = seen.filter(({ file }) => file === 'model.safetensors').map((progress) => progress.received);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect([received[0], received.at(-1)]).toEqual([0, weights.length]);
    expect(new Set(seen.map(({ file }) => file))).toEqual(new Set(names));
  });
});

describe('a broken download', () => {
  it('goes on where the connection was cut', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    hub.faults.push({ match: ofWeights, cutAfter: 100_000, times: 2, hasReceived: hasPart(cache) });
    const snapshot = await download(hub, 'acme/tiny', { cache });
    expect(readFileSync(join(snapshot, 'model.safetensors')).equals(weights)).toBe(true);
    expect(hub.seen.filter(ofWeights).map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
  });

  it('goes on in another run', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    hub.faults.push({ match: ofWeights, cutAfter: 100_000, hasReceived: hasPart(cache) });
    hub.faults.push({ match: ofWeights, cutAfter: 0, times: 5 });
    await expect(download(hub, 'acme/tiny', { cache })).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    expect(readFileSync(`${blobOf(cache)}.incomplete`).equals(weights.subarray(0, 100_000))).toBe(true);
    expect(existsSync(blobOf(cache))).toBe(false);
    hub.faults.length = 0;
    hub.seen.length = 0;
    await download(hub, 'acme/tiny', { cache });
    expect(hub.seen.filter(ofWeights).map(({ range }) => range)).toEqual(['bytes=100000-']);
    expect(readFileSync(blobOf(cache)).equals(weights)).toBe(true);
    expect(existsSync(`${blobOf(cache)}.incomplete`)).toBe(false);
  });

  it('starts over where the server knows no ranges', async () => {
    const hub = await startHub(model);
    hub.faults.push({ match: ofWeights, cutAfter: 100_000 }, { match: ofWeights, ignoreRange: true });
    const snapshot = await download(hub, 'acme/tiny');
    expect(readFileSync(join(snapshot, 'model.safetensors')).equals(weights)).toBe(true);
  });

  it.each([
    ['damaged', Buffer.alloc(100_000)],
    ['longer than the file', Buffer.alloc(400_000)],
  ])('starts over where what was there is %s', async (_, part) => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    mkdirSync(dirname(blobOf(cache)), { recursive: true });
    writeFileSync(`${blobOf(cache)}.incomplete`, part);
    await download(hub, 'acme/tiny', { cache });
    expect(readFileSync(blobOf(cache)).equals(weights)).toBe(true);
  });

  it('survives a server that is out of order for a moment, and a silence', async () => {
    const hub = await startHub(model);
    hub.faults.push({ match: ({ method }) => method === 'HEAD', status: 503, times: 2 });
    hub.faults.push({ match: ofWeights, status: 500 }, { match: ofWeights, stallAfter: 1000 });
    const snapshot = await download(hub, 'acme/tiny', { timeout: '0.2' });
    expect(readFileSync(join(snapshot, 'model.safetensors')).equals(weights)).toBe(true);
  });

  it('lets two at a time write the same file', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    hub.faults.push({ match: ofWeights, cutAfter: 50_000, times: 3 });
    await Promise.all([1, 2, 3].map(() => download(hub, 'acme/tiny', { cache })));
    expect(readFileSync(blobOf(cache)).equals(weights)).toBe(true);
  });
});

describe('what is refused', () => {
  it('refuses content of another hash, and keeps none of it', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    hub.faults.push({ match: ofWeights, content: Buffer.alloc(weights.length) });
    const downloaded = download(hub, 'acme/tiny', { cache });
    await expect(downloaded).rejects.toMatchObject({ name: 'AttuneError', code: 'HUB_HASH' });
    await expect(downloaded).rejects.toThrow(`/acme/tiny/resolve/${commit}/model.safetensors: expected content`);
    expect(readdirSync(dirname(blobOf(cache))).filter((name) => name.startsWith(sha256(weights)))).toEqual([]);
    expect(existsSync(join(cache, 'models--acme--tiny', 'refs', 'main'))).toBe(false);
  });

  it('checks a small file by its git hash, and stops where more comes than was announced', async () => {
    const hub = await startHub(model);
    const ofConfig = ({ method, path }: Seen) => method === 'GET' && path.endsWith('config.json');
    hub.faults.push({ match: ofConfig, content: Buffer.from('{"model_type":"evil"}') });
    await expect(download(hub, 'acme/tiny')).rejects.toMatchObject({ code: 'HUB_HASH' });
    hub.faults.push({ match: ofConfig, content: Buffer.alloc(100_000) });
    await expect(download(hub, 'acme/tiny')).rejects.toThrow('expected 21 bytes, got more');
  });

  it.each<[string, number, Record<string, string>, string, string, RegExp]>([
    [
      'no such model',
      401,
      { 'x-error-code': 'RepoNotFound' },
      '',
      'HUB_UNAUTHORIZED',
      /set HF_TOKEN.*if you meant a directory/,
    ],
    ['a token of no use', 401, {}, 'hf_secret', 'HUB_UNAUTHORIZED', /check that the token .* is valid/],
    ['a license not accepted', 403, { 'x-error-code': 'GatedRepo' }, 'hf_secret', 'HUB_GATED', /accept its license/],
    ['a license, no token', 401, { 'x-error-code': 'GatedRepo' }, '', 'HUB_GATED', /and set HF_TOKEN/],
    ['404', 404, { 'x-error-code': 'RepoNotFound' }, '', 'HUB_NOT_FOUND', /if you meant a directory/],
    ['no such revision', 404, { 'x-error-code': 'RevisionNotFound' }, '', 'HUB_NOT_FOUND', /no such revision/],
    ['no configuration', 404, { 'x-error-code': 'EntryNotFound' }, '', 'HUB_NOT_FOUND', /expected .* config\.json/],
    ['no hub', 200, {}, '', 'HUB_RESPONSE', /header x-repo-commit.*HF_ENDPOINT/],
    ['a path for a commit', 200, { 'x-repo-commit': '../../..' }, '', 'HUB_RESPONSE', /got "\.\.\/\.\.\/\.\."/],
    ['a path for a hash', 200, { 'x-repo-commit': commit, etag: '"../x"' }, '', 'HUB_RESPONSE', /got "\.\.\/x"/],
    ['endless redirects', 307, { location: '/again' }, '', 'HUB_RESPONSE', /at most 10 redirects/],
    ['a redirect to a file', 307, { location: 'file:///etc/passwd' }, '', 'HUB_RESPONSE', /redirect to another/],
    ['a server out of order', 502, {}, '', 'HUB_UNAVAILABLE', /got 502.*try again later/],
  ])('%s', async (_, status, headers, token, code, message) => {
    const hub = await startHub(model);
    hub.faults.push({ match: () => true, status, headers, times: 20 });
    const downloaded = download(hub, 'acme/tiny', { token });
    await expect(downloaded).rejects.toMatchObject({ name: 'AttuneError', code });
    await expect(downloaded).rejects.toThrow(message);
    await expect(downloaded).rejects.toThrow(/^acme\/tiny: (?!.*hf_secret)/);
  });

  it('names the other format that a model without safetensors has', async () => {
    const { 'model.safetensors': _, ...rest } = model;
    const hub = await startHub(rest);
    const downloaded = download(hub, 'acme/tiny');
    await expect(downloaded).rejects.toMatchObject({ code: 'HUB_FORMAT' });
    await expect(downloaded).rejects.toThrow(/expected model\.safetensors, got pytorch_model\.bin/);
  });

  it('says before the download that the disk is too small', async () => {
    const hub = await startHub(model);
    const large = { 'x-repo-commit': commit, etag: `"${sha256(weights)}"`, location: 'http://127.0.0.1:1/' };
    const headers = { ...large, 'x-linked-size': '900000000000000' };
    hub.faults.push({
      match: ({ method, path }) => method === 'HEAD' && path.endsWith('.safetensors'),
      status: 302,
      headers,
    });
    await expect(download(hub, 'acme/tiny')).rejects.toMatchObject({ code: 'HUB_DISK_FULL' });
    expect(hub.seen.filter(ofWeights)).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full (needs /dev/full)', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    mkdirSync(dirname(blobOf(cache)), { recursive: true });
    symlinkSync('/dev/full', `${blobOf(cache)}.incomplete`);
    const downloaded = download(hub, 'acme/tiny', { cache });
    await expect(downloaded).rejects.toMatchObject({ code: 'HUB_DISK_FULL' });
    await expect(downloaded).rejects.toThrow(/models--acme--tiny: expected room.*HF_HUB_CACHE/);
  });

  it('takes a whole snapshot from a cache in which nothing can be recorded', async () => {
    const hub = await startHub(model);
    const cache = temporaryDirectory();
    const snapshot = await download(hub, 'acme/tiny', { cache });
    const repository = join(cache, 'models--acme--tiny');
    for (const name of ['.no_exist', 'refs']) {
      rmSync(join(repository, name), { recursive: true });
      writeFileSync(join(repository, name), ''); // no directory can be made there
    }
    expect(await download(hub, 'acme/tiny', { cache })).toBe(snapshot);
  });

  it('says that the cache cannot be written', async () => {
    const hub = await startHub(model);
    const cache = join(temporaryDirectory(), 'a-file');
    writeFileSync(cache, '');
    await expect(download(hub, 'acme/tiny', { cache })).rejects.toMatchObject({ code: 'HUB_CACHE' });
  });
});
