import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { trainedConfig } from '../model/load';
import { checkRunDirectory } from './check-directory';
import { openRunDirectory } from './directory';

it('names file and line of a damaged log, and the file of a damaged record', async () => {
  const path = mkdtempSync(join(tmpdir(), 'attune-directory-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  writeFileSync(join(path, 'metrics.jsonl'), '{"type":"train"}\ngarbage\n');
  const run = await openRunDirectory(path, { resume: true });
  await expect(run.readLog()).rejects.toMatchObject({
    code: 'RUN_CONFIG',
    message: expect.stringMatching(
      /metrics\.jsonl line 2: expected a JSON object that training wrote, got .*; restore/,
    ),
  });
  writeFileSync(join(path, 'attune.json'), '{"summary":');
  await expect(trainedConfig(path)).rejects.toMatchObject({
    code: 'RUN_CONFIG',
    message: expect.stringMatching(/attune\.json: /),
  });
});

it.each([
  ['a model', { 'config.json': '{"model_type":"bert"}', 'model.safetensors': '' }],
  ['a project', { 'config.json': '{"name":"mine"}', 'package.json': '{}' }],
  ['a damaged file', { 'config.json': '{"name":' }],
  ['sources', { model: undefined }],
])('does not take %s for a run to overwrite', async (_, files) => {
  const path = mkdtempSync(join(tmpdir(), 'attune-directory-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files))
    if (text === undefined) mkdirSync(join(path, name));
    else writeFileSync(join(path, name), text);
  const refused = expect.objectContaining({
    code: 'OUTPUT_EXISTS',
    message: expect.stringContaining('does not belong to a run'),
  });
  await expect(checkRunDirectory(path, { overwrite: true })).rejects.toEqual(refused);
  expect(readdirSync(path)).toEqual(Object.keys(files));
});
