import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { trainedConfig } from '../model/load';
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
