import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { givenLora } from './recorded';

const out = mkdtempSync(join(tmpdir(), 'attune-recorded-'));
afterAll(() => rmSync(out, { recursive: true }));

it('adapters have the defaults, and those of a resumed run what it recorded', async () => {
  const recorded = { r: 4, alpha: 8, targetModules: ['q_proj'], dropout: 0.1 };
  writeFileSync(join(out, 'config.json'), JSON.stringify({ arguments: {}, lora: recorded }));
  const all = { targetModules: 'all-linear' };
  expect(await givenLora({ lora: { r: 8 }, out })).toEqual({ r: 8, alpha: 16, ...all });
  expect(await givenLora({ lora: { r: 8, alpha: 1, targetModules: undefined } })).toEqual({ r: 8, alpha: 1, ...all });
  expect(await givenLora({ lora: { r: 4 }, out, resume: true })).toEqual(recorded);
  expect(await givenLora({ lora: { r: 4, alpha: 2 }, out, resume: true })).toEqual({ ...recorded, alpha: 2 });
  expect(await givenLora({ out, resume: true })).toBeUndefined();
});
