import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { observe } from '../../../test/fuzz/watch';
import { startHub } from '../../../test/hub-server';
import { safetensorsBytes } from '../../../test/safetensors-bytes';
import { temporaryDirectory } from '../../../test/temporary';
import { describe as describeValue } from '../../checkpoint/describe';
import { resolveModelSource } from '../hub/resolve-model-source';
import { loadModel } from '../load-model';

vi.mock('node:fs/promises', async (original) =>
  (await import('../../../test/fuzz/watch')).watchedFiles(await original()),
);

const config = '{"model_type":"bert"}';
const index = 'model.safetensors.index.json';
const indexOf = (file: string) => JSON.stringify({ weight_map: { a: file } });
const refusal = (file: string) =>
  expect.objectContaining({
    name: 'AttuneError',
    code: 'CHECKPOINT_INDEX',
    message: expect.stringContaining(`tensor "a" expected the name of a .safetensors file, got ${describeValue(file)}`),
  });

/** A directory whose parent has a valid file that no index may reach. */
function besideAFile(): string {
  const parent = temporaryDirectory();
  const tensor = { a: { dtype: 'F32', shape: [], data_offsets: [0, 4] } };
  writeFileSync(join(parent, 'x.safetensors'), safetensorsBytes(tensor, new Uint8Array(4)));
  mkdirSync(join(parent, 'model'));
  return join(parent, 'model');
}

const escapes = (directory: string): string[] => [
  ...['../x.safetensors', '../x', 'a/../../x.safetensors', './../x.safetensors', '..//x.safetensors'],
  ...[join(directory, '..', 'x.safetensors'), '/etc/passwd', '/x.safetensors', '//host/share/x.safetensors'],
  ...[
    '..\\x.safetensors',
    'a\\..\\..\\x.safetensors',
    'C:\\x.safetensors',
    'C:x.safetensors',
    '\\\\host\\x.safetensors',
  ],
  ...['../x.safetensors\0.safetensors', 'x\0.safetensors', '\0', '', '.', '..', './', '/', 'sub/x.safetensors'],
  ...['~/x.safetensors', 'file:///x.safetensors', 'link -> ../x.safetensors', 'x\n.safetensors', 'x.safetensors/'],
];

describe('an index', () => {
  it.each(escapes('/elsewhere/model'))('opens nothing for the shard %j, and names it', async (file) => {
    const directory = besideAFile();
    writeFileSync(join(directory, 'config.json'), config);
    // The one name that is made of the directory is given as it would be there.
    const name = file === '/elsewhere/x.safetensors' ? join(directory, '..', 'x.safetensors') : file;
    writeFileSync(join(directory, index), indexOf(name));
    const { opened } = await observe(() => expect(loadModel(directory)).rejects.toThrow(refusal(name)));
    expect(opened).toEqual([join(directory, 'config.json'), join(directory, index)]);
  });
});

describe('an index of the hub', () => {
  it.each(escapes('/elsewhere/model'))(
    'writes nothing outside the cache for %j, and asks for nothing',
    async (file) => {
      const hub = await startHub({ 'config.json': config, [index]: indexOf(file), 'x.safetensors': 'x', x: 'x' });
      const parent = temporaryDirectory();
      const cache = join(parent, 'deep', 'cache');
      const environment = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' };
      const snapshot = await resolveModelSource('acme/tiny', { environment });
      expect(hub.seen.filter(({ path, method }) => method === 'GET' && !/\.json$/.test(path))).toEqual([]);
      const files = readdirSync(parent, { recursive: true, encoding: 'utf8' });
      expect(
        files.filter((name) => !/^deep(\/cache(\/models--acme--tiny.*)?)?$/.test(name.replaceAll('\\', '/'))),
      ).toEqual([]);
      await expect(loadModel(snapshot)).rejects.toThrow(refusal(file));
    },
  );
});
