import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commit, gitSha1, startHub } from '../../../test/hub-server';
import { temporaryDirectory } from '../../../test/temporary';
import { resolveModelSource } from './resolve-model-source';

const HF_HUB_OFFLINE = '1';

/** Puts a model into a cache as huggingface_hub lays it out. */
function cacheModel(hub: string, folder: string, ref = 'main'): string {
  const snapshot = join(hub, folder, 'snapshots', commit);
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(dirname(join(hub, folder, 'refs', ref)), { recursive: true });
  writeFileSync(join(hub, folder, 'refs', ref), commit);
  return snapshot;
}

describe('resolveModelSource, offline', () => {
  it('takes a directory as it is', async () => {
    const directory = temporaryDirectory();
    expect(await resolveModelSource(directory)).toBe(directory);
  });

  it('finds ids with and without an owner', async () => {
    const hub = temporaryDirectory();
    const environment = { HF_HUB_CACHE: hub, HF_HUB_OFFLINE };
    const owned = cacheModel(hub, 'models--acme--tiny.bert_v2');
    const bare = cacheModel(hub, 'models--tiny-bert');
    expect(await resolveModelSource('acme/tiny.bert_v2', { environment })).toBe(owned);
    expect(await resolveModelSource('tiny-bert', { environment })).toBe(bare);
  });

  it('looks where Python does: HF_HUB_CACHE, then HF_HOME, then XDG_CACHE_HOME, then home', async () => {
    const [first, second, third] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()];
    const inHub = cacheModel(first, 'models--m');
    const inHome = cacheModel(join(second, 'hub'), 'models--m');
    const inXdg = cacheModel(join(third, 'huggingface', 'hub'), 'models--m');
    const environments = [
      [{ HF_HUB_CACHE: first, HF_HOME: second, XDG_CACHE_HOME: third }, inHub],
      [{ HUGGINGFACE_HUB_CACHE: first, HF_HOME: second }, inHub],
      [{ HF_HOME: second, XDG_CACHE_HOME: third }, inHome],
      [{ XDG_CACHE_HOME: third }, inXdg],
    ] as const;
    for (const [environment, snapshot] of environments) {
      expect(await resolveModelSource('m', { environment: { ...environment, HF_HUB_OFFLINE } })).toBe(snapshot);
    }
    const home = join(homedir(), '.cache', 'huggingface', 'hub', 'models--acme--no-such-model');
    await expect(resolveModelSource('acme/no-such-model', { environment: { HF_HUB_OFFLINE } })).rejects.toThrow(home);
    const below = join(homedir(), 'models', 'models--acme--no-such-model');
    const environment = { HF_HUB_CACHE: '~/models', HF_HUB_OFFLINE };
    await expect(resolveModelSource('acme/no-such-model', { environment })).rejects.toThrow(below);
  });

  it('follows a revision: a branch, or a commit itself', async () => {
    const hub = temporaryDirectory();
    const environment = { HF_HUB_CACHE: hub, HF_HUB_OFFLINE };
    const snapshot = cacheModel(hub, 'models--m', 'refs/pr/1');
    expect(await resolveModelSource('m', { environment, revision: 'refs/pr/1' })).toBe(snapshot);
    expect(await resolveModelSource('m', { environment, revision: commit })).toBe(snapshot);
    await expect(resolveModelSource('m', { environment })).rejects.toThrow(/main/);
    await expect(resolveModelSource('m', { environment, revision: '../../x' })).rejects.toThrow(RangeError);
  });

  it('says what it looked for and how to get it', async () => {
    const hub = temporaryDirectory();
    const lost = expect.objectContaining({ name: 'AttuneError', code: 'CHECKPOINT_MISSING' });
    const resolved = resolveModelSource('acme/tiny', { environment: { HF_HUB_CACHE: hub, HF_HUB_OFFLINE } });
    await expect(resolved).rejects.toThrow(lost);
    await expect(resolved).rejects.toThrow(join(hub, 'models--acme--tiny'));
    await expect(resolved).rejects.toThrow('hf download acme/tiny"');
    await expect(resolved).rejects.toThrow('unset HF_HUB_OFFLINE to download it');
  });

  it.each(['./none', '/none/there', 'a/b/c', '../x', 'a--b', '', 'x y'])('takes %j for a path', async (source) => {
    await expect(resolveModelSource(source)).rejects.toThrow('expected a model directory or a hub id');
  });

  it('lists the directories beside a path that is not there, which looks like a hub id', async () => {
    const directory = temporaryDirectory();
    for (const name of ['sectors', 'skills']) mkdirSync(join(directory, 'runs', name), { recursive: true });
    const before = process.cwd();
    process.chdir(directory);
    try {
      const environment = { HF_HUB_CACHE: join(directory, 'hub'), HF_HUB_OFFLINE };
      await expect(resolveModelSource('runs/skils', { environment })).rejects.toMatchObject({
        code: 'CHECKPOINT_MISSING',
        message:
          'runs/skils: expected a model or a run, found no directory of that name in runs (it has sectors, skills), nor a model of that id on the hub; check the path',
      });
      await expect(resolveModelSource('acme/bert', { environment })).rejects.toThrow('hf download acme/bert');
    } finally {
      process.chdir(before);
    }
  });

  it('does not follow a ref out of the cache', async () => {
    const hub = temporaryDirectory();
    cacheModel(hub, 'models--m');
    writeFileSync(join(hub, 'models--m', 'refs', 'main'), '../../..');
    const lost = expect.objectContaining({ code: 'CHECKPOINT_MISSING' });
    await expect(resolveModelSource('m', { environment: { HF_HUB_CACHE: hub, HF_HUB_OFFLINE } })).rejects.toThrow(lost);
  });
});

describe('resolveModelSource, online', () => {
  const files = { 'config.json': '{"model_type":"bert"}', 'model.safetensors': 'weights', 'vocab.txt': '[PAD]' };
  const retries = { attempts: 2, delay: 1 };

  it('takes a directory, then downloads, then uses what it has downloaded', async () => {
    const hub = await startHub(files);
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: temporaryDirectory() };
    const received: string[] = [];
    const onProgress = ({ file }: { file: string }) => received.push(file);
    const snapshot = await resolveModelSource('acme/tiny', { environment, onProgress });
    expect(snapshot).toBe(join(environment.HF_HOME, 'hub', 'models--acme--tiny', 'snapshots', commit));
    expect(readFileSync(join(snapshot, 'model.safetensors'), 'utf8')).toBe('weights');
    expect(new Set(received)).toEqual(new Set(Object.keys(files)));
    hub.take();
    expect(await resolveModelSource('acme/tiny', { environment })).toBe(snapshot);
    expect(hub.take()).toEqual(['HEAD /acme/tiny/resolve/main/config.json']);
    expect(await resolveModelSource('acme/tiny', { environment: { ...environment, HF_HUB_OFFLINE } })).toBe(snapshot);
    expect(hub.take()).toEqual([]);
  });

  it('loads what Python has cached, and adds only what Python left out', async () => {
    const hub = await startHub(files);
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: temporaryDirectory() };
    const repository = join(environment.HF_HUB_CACHE, 'models--acme--tiny');
    const blob = join(repository, 'blobs', gitSha1(Buffer.from(files['config.json'])));
    const snapshot = cacheModel(environment.HF_HUB_CACHE, 'models--acme--tiny');
    mkdirSync(join(repository, 'blobs'));
    writeFileSync(blob, files['config.json']);
    writeFileSync(join(snapshot, 'model.safetensors'), files['model.safetensors']);
    expect(await resolveModelSource('acme/tiny', { environment })).toBe(snapshot);
    const gets = hub.take().filter((request) => request.startsWith('GET'));
    expect(gets).toEqual([`GET /acme/tiny/resolve/${commit}/vocab.txt`]);
    expect(readFileSync(join(snapshot, 'config.json'), 'utf8')).toBe(files['config.json']);
  });

  it('goes on with the cache, and says so, where the hub is out of reach or out of order', async () => {
    const hub = await startHub(files);
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: temporaryDirectory() };
    const snapshot = await resolveModelSource('acme/tiny', { environment });
    const notes: string[] = [];
    const options = { environment, retries, onNote: (note: string) => notes.push(note) };
    hub.faults.push({ match: () => true, status: 503, times: 1 });
    hub.take();
    expect(await resolveModelSource('acme/tiny', options)).toBe(snapshot);
    expect(hub.take()).toHaveLength(1); // nobody waits for more attempts
    await hub.close();
    expect(await resolveModelSource('acme/tiny', options)).toBe(snapshot);
    expect(notes).toEqual([
      expect.stringMatching(/^acme\/tiny: .* got 503 .*; using the cached model/),
      expect.stringMatching(/^acme\/tiny: .* got fetch failed \(.*ECONNREFUSED.*; using the cached model/),
    ]);
    rmSync(join(snapshot, 'model.safetensors'));
    const lost = resolveModelSource('acme/tiny', options);
    await expect(lost).rejects.toMatchObject({ name: 'AttuneError', code: 'HUB_UNREACHABLE' });
    await expect(lost).rejects.toThrow(
      /found neither \(looked for .*\), and the hub cannot be reached: .*ECONNREFUSED/,
    );
  });

  it('does not go on with the cache where the hub refuses', async () => {
    const hub = await startHub(files);
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: temporaryDirectory() };
    await resolveModelSource('acme/tiny', { environment });
    hub.faults.push({ match: () => true, status: 403, headers: { 'x-error-code': 'GatedRepo' } });
    await expect(resolveModelSource('acme/tiny', { environment })).rejects.toMatchObject({ code: 'HUB_GATED' });
    const misspelled = resolveModelSource('acme/tyni', { environment });
    await expect(misspelled).rejects.toMatchObject({ code: 'HUB_UNAUTHORIZED' });
    await expect(misspelled).rejects.toThrow('if you meant a directory');
  });
});
