import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './_temporary';
import { resolveModelSource } from './resolve-model-source';

const commit = '0123456789abcdef0123456789abcdef01234567';

/** Puts a model into a cache as huggingface_hub lays it out. */
function cacheModel(hub: string, folder: string, ref = 'main'): string {
  const snapshot = join(hub, folder, 'snapshots', commit);
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(dirname(join(hub, folder, 'refs', ref)), { recursive: true });
  writeFileSync(join(hub, folder, 'refs', ref), commit);
  return snapshot;
}

describe('resolveModelSource', () => {
  it('takes a directory as it is', async () => {
    const directory = temporaryDirectory();
    expect(await resolveModelSource(directory)).toBe(directory);
  });

  it('finds ids with and without an owner', async () => {
    const hub = temporaryDirectory();
    const environment = { HF_HUB_CACHE: hub };
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
      expect(await resolveModelSource('m', { environment })).toBe(snapshot);
    }
    const home = join(homedir(), '.cache', 'huggingface', 'hub', 'models--acme--no-such-model');
    await expect(resolveModelSource('acme/no-such-model', { environment: {} })).rejects.toThrow(home);
    const below = join(homedir(), 'models', 'models--acme--no-such-model');
    const environment = { HF_HUB_CACHE: '~/models' };
    await expect(resolveModelSource('acme/no-such-model', { environment })).rejects.toThrow(below);
  });

  it('follows a revision: a branch, or a commit itself', async () => {
    const hub = temporaryDirectory();
    const environment = { HF_HUB_CACHE: hub };
    const snapshot = cacheModel(hub, 'models--m', 'refs/pr/1');
    expect(await resolveModelSource('m', { environment, revision: 'refs/pr/1' })).toBe(snapshot);
    expect(await resolveModelSource('m', { environment, revision: commit })).toBe(snapshot);
    await expect(resolveModelSource('m', { environment })).rejects.toThrow(/main/);
    await expect(resolveModelSource('m', { environment, revision: '../../x' })).rejects.toThrow(RangeError);
  });

  it('says what it looked for and how to get it', async () => {
    const hub = temporaryDirectory();
    const lost = expect.objectContaining({ name: 'AttuneError', code: 'CHECKPOINT_MISSING' });
    const resolved = resolveModelSource('acme/tiny', { environment: { HF_HUB_CACHE: hub } });
    await expect(resolved).rejects.toThrow(lost);
    await expect(resolved).rejects.toThrow(join(hub, 'models--acme--tiny'));
    await expect(resolved).rejects.toThrow('hf download acme/tiny"');
  });

  it.each(['./none', '/none/there', 'a/b/c', '../x', 'a--b', '', 'x y'])('takes %j for a path', async (source) => {
    await expect(resolveModelSource(source)).rejects.toThrow('expected a model directory or a hub id');
  });

  it('does not follow a ref out of the cache', async () => {
    const hub = temporaryDirectory();
    cacheModel(hub, 'models--m');
    writeFileSync(join(hub, 'models--m', 'refs', 'main'), '../../..');
    const lost = expect.objectContaining({ code: 'CHECKPOINT_MISSING' });
    await expect(resolveModelSource('m', { environment: { HF_HUB_CACHE: hub } })).rejects.toThrow(lost);
  });
});
