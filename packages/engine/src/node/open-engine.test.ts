import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkEngine, checkEngines } from './check-engines';
import { engineNames } from './engine-list';
import { hasHardwareGpu, openEngine } from './open-engine';

describe('openEngine', () => {
  let cache: string;
  const remembered = () => join(cache, 'attune', 'fastest-engine.json');
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'attune-cache-'));
    vi.stubEnv('XDG_CACHE_HOME', cache);
    vi.stubEnv('ATTUNE_ENGINE', undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  });

  it.each(['onnx', 'wasm', 'cpu'] as const)('opens %s', async (name) => {
    const engine = await openEngine({ name });
    expect(engine.name).toBe(name);
    await engine.close();
  });

  it('refuses names that are no options, and a name in place of options', async () => {
    await expect(openEngine({ thread: 2 } as never)).rejects.toThrow(
      'openEngine: expected known options, got thread; did you mean threads?',
    );
    await expect(openEngine('onnx' as never)).rejects.toThrow('write openEngine({ name: "onnx" })');
  });

  it('measures once, and remembers which is the fastest for this machine and version', async () => {
    expect((await openEngine()).name).toBe('onnx');
    const kept = JSON.parse(readFileSync(remembered(), 'utf8'));
    expect(kept).toMatchObject({ engine: 'onnx' });
    writeFileSync(remembered(), JSON.stringify({ ...kept, engine: 'cpu' }));
    expect((await openEngine()).name).toBe('cpu'); // not measured again
    writeFileSync(remembered(), JSON.stringify({ of: 'another machine', engine: 'cpu' }));
    expect((await openEngine()).name).toBe('onnx');
    writeFileSync(remembered(), '{');
    expect((await openEngine()).name).toBe('onnx');
  });

  it('obeys ATTUNE_ENGINE where none is named', async () => {
    vi.stubEnv('ATTUNE_ENGINE', 'cpu');
    expect((await openEngine()).name).toBe('cpu');
    expect((await openEngine({ name: 'wasm' })).name).toBe('wasm');
  });

  it('says which engines there are', async () => {
    vi.stubEnv('ATTUNE_ENGINE', 'gpu');
    await expect(openEngine()).rejects.toMatchObject({
      code: 'ENGINE_UNKNOWN',
      message: `openEngine: there is no engine "gpu"; use ${engineNames.join(', ')} or auto`,
    });
  });
});

describe('checkEngines', () => {
  it('says of each whether it works, and how fast or why not', async () => {
    const checks = await checkEngines();
    expect(checks.map(({ name }) => name)).toEqual(engineNames);
    // Which is faster is for benchmarks to say: here others may compute at the same time.
    expect(checks.filter(({ works }) => works).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['onnx', 'wasm', 'cpu']),
    );
    for (const { works, gflops, why, fix } of checks)
      expect(works ? gflops! > 0.001 : why!.length > 10 && fix!.length > 10).toBe(true);
  });

  it('counts no software GPU', () => {
    vi.stubEnv('VK_ICD_FILENAMES', '/usr/lib/chromium/vk_swiftshader_icd.json');
    expect(hasHardwareGpu()).toBe(process.platform !== 'linux');
    vi.unstubAllEnvs();
  });

  it('says why one does not work, and the command that mends it', async () => {
    const open = () => Promise.reject(new Error('no library'));
    const check = await checkEngine({ name: 'broken', open, fix: 'npm install it' });
    expect(check).toEqual({ name: 'broken', works: false, why: 'no library', fix: 'npm install it' });
  });
});
