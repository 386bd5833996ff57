import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../../test/files';
import { tinyTraining } from '../../../test/tiny-run';
import { reportTo } from './settings';

it('leaves files for TensorBoard and Weights & Biases in the run', async () => {
  const directory = temporaryDirectory();
  const flags = tinyTraining(directory, fileIn(directory, 'data.csv', csv(farmAndCode(60))));
  const out = join(directory, 'run');
  const more = ['--epochs', '1', '--report-to', 'tensorboard,wandb', '--out', out];
  expect((await attune([...flags, ...more])).code).toBe(0);
  expect(readdirSync(join(out, 'tensorboard'))).toEqual([expect.stringMatching(/^events\.out\.tfevents\./)]);
  const [run] = readdirSync(join(out, 'wandb')).filter((name) => name.startsWith('offline-run-'));
  expect(readdirSync(join(out, 'wandb', run))).toContainEqual(expect.stringMatching(/^run-\w+\.wandb$/));
  expect(await attune([...flags, '--report-to', 'paper', '--out', join(directory, 'other')])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      '--report-to: expected tensorboard or wandb, or both separated by a comma, got "paper"',
    ),
  });
});

it.each([
  [{ WANDB_MODE: 'disabled', WANDB_API_KEY: 'k' }, 'wandb: nothing is logged, because WANDB_MODE is disabled'],
  [{ WANDB_DISABLED: 'true' }, 'wandb: nothing is logged, because WANDB_DISABLED is set'],
])('logs nothing to Weights & Biases with %j', (environment, warning) => {
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const callbacks = reportTo(['wandb'], { out: 'run', arguments: {}, onWarning: (own) => warnings.push(own) });
  vi.unstubAllEnvs();
  expect([callbacks, warnings]).toEqual([[], [warning]]);
});
