import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkRunDirectory } from './check-directory';
import { openRunDirectory } from './directory';

const parent = realpathSync(mkdtempSync(join(tmpdir(), 'attune-inputs-')));
afterAll(() => rmSync(parent, { recursive: true }));
const at = (path: string) => join(parent, path);

for (const run of ['run', 'run/fold-1', 'run/trial-2']) {
  mkdirSync(at(`${run}/model`), { recursive: true });
  for (const file of ['config.json', 'metrics.jsonl', 'rows.csv', 'model/config.json', 'model/rows.csv'])
    writeFileSync(at(`${run}/${file}`), '{}');
  writeFileSync(at(`${run}/config.json`), '{"arguments": {}}');
}
writeFileSync(at('run/best.json'), '{}');
writeFileSync(at('run/search.json'), '{"trials": []}');
symlinkSync(at('run'), at('latest'));
symlinkSync(at('run/model/rows.csv'), at('linked.csv'));
mkdirSync(at('plain'));
writeFileSync(at('plain/config.json'), '{}');

const refusal = (name: string) =>
  expect.objectContaining({
    code: 'OUTPUT_HOLDS_INPUT',
    message: expect.stringMatching(
      new RegExp(`^${name}: expected an input that overwriting .* leaves alone, got .*; choose another --out, such as`),
    ),
  });

describe('inputs in what would be removed', () => {
  it.each([
    ['run', 'run/model'],
    ['run', 'latest/model'],
    ['run', 'run'],
    ['run', 'latest'],
    ['latest', 'run/model'],
    ['run/', 'plain/../run/model/'],
    ['plain', 'plain'], // a model's config.json is taken for a run's
    ['run/fold-1', 'run/fold-1/model'],
  ])('%s refuses the model %s', async (out, model) => {
    await expect(checkRunDirectory(at(out), { overwrite: true, model: at(model) })).rejects.toThrow(refusal('model'));
    const spelled = relative(process.cwd(), at(model));
    await expect(openRunDirectory(at(out), { model: spelled })).rejects.toThrow(refusal('model'));
  });

  it.each([
    ['run', 'run/model/rows.csv', 'run'],
    ['run', 'linked.csv', 'run'],
    ['run', 'run/config.json', 'run'],
    ['run', 'run/fold-1/rows.csv', 'folds'],
    ['run', 'run/trial-2/model', 'search'],
    ['run', 'run/best.json', 'search'],
  ] as const)('%s refuses the file %s for a %s', async (out, path, replaces) => {
    const inputs = [{ name: '--data', path: at(path) }];
    await expect(checkRunDirectory(at(out), { overwrite: true, inputs, replaces })).rejects.toThrow(refusal('--data'));
  });

  it.each([
    ['run', 'run/rows.csv', 'run'],
    ['run', 'run/fold-1/model', 'run'],
    ['run', 'run/fold-1', 'search'],
    ['run', 'run/config.json', 'search'],
    ['run/fold-1', 'run/model', 'run'],
    ['new', 'run/model', 'run'],
    ['run', 'owner/name', 'run'],
  ] as const)('%s takes %s for a %s', async (out, path, replaces) => {
    await checkRunDirectory(at(out), { overwrite: true, inputs: [{ name: '--model', path: at(path) }], replaces });
  });
});
