import { describe, expect, it } from 'vitest';
import { fileIn, temporaryDirectory } from '../../test/files';
import { readConfigFile } from './config-file';

const config = { epochs: 3, text: '{title}', freeze: ['a', 'b'], overwrite: true };

/** Reads a file with this content; paths in errors are the name alone. */
async function read(name: string, content: string | Uint8Array) {
  const directory = temporaryDirectory();
  try {
    const { values, where } = await readConfigFile(fileIn(directory, name, content));
    return { values, where: (...keys: string[]) => where(...keys).replace(`${directory}/`, '') };
  } catch (error) {
    throw Object.assign(error as Error, { message: (error as Error).message.replaceAll(`${directory}/`, '') });
  }
}

describe('readConfigFile', () => {
  it.each([
    ['a.json', JSON.stringify(config, null, '\t')],
    ['bom.json', `\uFEFF${JSON.stringify(config)}`],
    ['a.yaml', "# a comment\nepochs: 3\ntext: '{title}'\nfreeze: [a, b]\noverwrite: true\n"],
    ['a.YML', 'epochs: 3\ntext: "{title}"\nfreeze:\n  - a\n  - b\noverwrite: true\n'],
    ['a.ts', `const n: number = 3;\nexport default { ...${JSON.stringify(config)}, epochs: n } satisfies object;\n`],
    ['a.mjs', `export default ${JSON.stringify(config)};\n`],
    ['a.js', `export default ${JSON.stringify(config)};\n`],
    ['a.cjs', `module.exports = ${JSON.stringify(config)};\n`],
  ])('reads %s', async (name, content) => {
    expect((await read(name, content)).values).toEqual(config);
  });

  it('knows where keys are', async () => {
    const json = await read('a.json', '{\n\t"seed": 1, "options": {\n\t\t"epochs": 3 } }');
    expect(json.where('seed')).toBe('a.json line 2 column 2');
    expect(json.where('options', 'epochs')).toBe('a.json line 3 column 3');
    expect(json.where('none')).toBe('a.json');
    const yaml = await read('a.yaml', 'seed: 1\n"epochs" : 3');
    expect([yaml.where('seed'), yaml.where('epochs')]).toEqual(['a.yaml line 1 column 1', 'a.yaml line 2 column 1']);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['a.json', '{"seed": }', /^a\.json line 1 column 10: expected JSON, got .*; correct it$/],
    ['a.json', '{\n  "seed": 1,\n}', /^a\.json line 3 column 1: expected JSON/],
    ['a.json', '{"seed": 1', /^a\.json line 1 column 11: expected JSON/],
    ['a.json', '{"seed": 1,\n "seed": 2}', /^a\.json line 2 column 2: expected each key once/],
    ['a.json', '', /^a\.json line 1 column 1: expected JSON/],
    ['a.json', '[1]', /^a\.json: expected options by name, such as seed: 7, got a list; name them$/],
    ['a.json', Buffer.from([0x22, 0xff, 0x22]), /^a\.json: expected a config file, got .*utf-8/i],
    ['a.yaml', 'seed: 1\nfreeze: [a,\nepochs: 3', /^a\.yaml line 3 column 1: expected YAML, got: .*; correct it$/],
    ['a.yaml', 'seed: 1\nseed: 2', /^a\.yaml line 2 column 1: expected each key once/],
    ['a.yaml', 'seed: *none', /^a\.yaml line 1 column 1: expected YAML, got: Unresolved alias/],
    ['a.yaml', '', /^a\.yaml: expected options by name, such as seed: 7, got nothing/],
    ['a.ts', 'export default {\n  epochs: 3,, }', /^a\.ts: expected a module that runs, got: .* a\.ts:2:12/],
    ['a.mjs', 'throw new Error("no data")', /^a\.mjs: expected a module that runs, got: no data; correct it$/],
    ['a.ts', 'export const epochs = 3;', /^a\.ts: expected export default \{ … \}, found no default export; add it$/],
    ['a.ts', 'export default () => 3;', /^a\.ts: expected options by name, such as seed: 7, got function/],
    ['a.toml', 'seed = 1', /^a\.toml: expected a config file ending in one of \.json, .*, got "\.toml"; rename it$/],
  ])('refuses %s: %j', async (name, content, message) => {
    await expect(read(name, content)).rejects.toThrow(message);
  });

  it.each(['none.json', 'none.yaml', 'none.ts'])('says that %s is not there', async (name) => {
    await expect(readConfigFile(`/nowhere/${name}`)).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining(
        `/nowhere/${name}: expected a config file, got no such file or directory; check the path`,
      ),
    });
  });
});

const brackets = `{"seed": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
it.each([
  ['deep.json', brackets],
  ['deep.yaml', brackets],
  ['open.yaml', '[{'.repeat(50_000)],
  ['list.yaml', `seed:\n ${'- '.repeat(100_000)}1`],
])('refuses %s, which is nested too deep', async (name, text) => {
  const path = fileIn(temporaryDirectory(), name, text);
  const error = { name: 'AttuneError', code: 'CONFIG_INVALID', message: expect.stringContaining(name) };
  await expect(readConfigFile(path)).rejects.toMatchObject(error);
});

it.each([
  ['is a promise', 'export default new Promise(() => {})'],
  ['waits for one', 'await new Promise(() => {}); export default {}'],
])('says so where a module %s that nothing settles', async (_, source) => {
  const path = fileIn(temporaryDirectory(), 'never.config.ts', source);
  const reading = readConfigFile(path);
  const drying = setInterval(() => process.emit('beforeExit', 0), 20); // as Node does where nothing is left to wait for
  await expect(reading.finally(() => clearInterval(drying))).rejects.toThrow(
    /never.config.ts: expected a module that exports options, got a promise that never settles; resolve it/,
  );
});
