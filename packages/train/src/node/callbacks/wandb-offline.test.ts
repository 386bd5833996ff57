import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { all, integer, jsonItems, logRecords, one } from '../../../test/decode';
import { playRun, runEvents } from '../../../test/run-events';
import { wandbOffline } from './wandb';

const directory = mkdtempSync(join(tmpdir(), 'attune-wandb-'));
afterAll(() => rmSync(directory, { recursive: true }));

const options = {
  project: 'sectors',
  name: 'first',
  entity: 'team',
  config: { learningRate: 2e-5, labels: ['bank', 'farm'], absent: undefined },
};

/** The records of the only run written to `path`, and its directory's name. */
function runIn(path: string) {
  const [name] = readdirSync(join(path, 'wandb'));
  const id = name.slice(-8);
  return { name, id, bytes: readFileSync(join(path, 'wandb', name, `run-${id}.wandb`)) };
}

/** The one field of a record besides its number. */
const kindsOf = (records: readonly Buffer[]) =>
  records.map((record) => [2, 3, 12, 17, 18, 21].find((field) => all(record, field).length > 0));

const historyOf = (records: readonly Buffer[]): Record<string, string | number>[] =>
  records
    .flatMap((record) => all(record, 2))
    .map((history) => ({ step: integer(one(history, 2), 1), ...jsonItems(history) }));

const expected = [
  {
    step: 0,
    _step: '0',
    'train/global_step': '10',
    'train/epoch': '0.5',
    'train/loss': '0.75',
    'train/learning_rate': '0.00002',
    'train/grad_norm': '1.5',
  },
  {
    step: 1,
    _step: '1',
    'train/global_step': '20',
    'train/loss': '0.5',
    'train/learning_rate': '0',
    'train/grad_norm': 'NaN',
  },
  {
    step: 2,
    _step: '2',
    'train/global_step': '20',
    'eval/loss': '0.25',
    'eval/macroF1': '0.8125',
    'eval/macroPrecision': '0.84375',
    'eval/macroRecall': '0.78125',
  },
];

describe('an offline run of W&B', () => {
  it('is in a directory named as wandb sync expects it', async () => {
    const path = join(directory, 'named');
    const callback = wandbOffline({ directory: path, ...options });
    await playRun(callback);
    await callback.close?.();
    const { name, id } = runIn(path);
    expect(name).toMatch(/^offline-run-\d{8}_\d{6}-[a-z0-9]{8}$/);
    expect(readdirSync(join(path, 'wandb', name)).sort()).toEqual(['files', `run-${id}.wandb`]);
  });

  it('holds what the run is, a row for each event, and the end', async () => {
    const path = join(directory, 'whole');
    const before = Date.now();
    const callback = wandbOffline({ directory: path, ...options });
    await playRun(callback);
    await callback.close?.();
    const { id, bytes } = runIn(path);
    const records = logRecords(bytes);
    expect(records.map((record) => integer(record, 1))).toEqual(records.map((_, i) => i + 1));
    expect(kindsOf(records)).toEqual([21, 17, 12, 12, 3, 2, 3, 2, 3, 2, 18]);
    const run = one(records[1], 17);
    expect([1, 2, 3, 8, 13].map((field) => String(one(run, field)))).toEqual([
      id,
      'team',
      'sectors',
      'first',
      hostname(),
    ]);
    expect(jsonItems(one(run, 4))).toEqual({ _wandb: '{}', learningRate: '0.00002', labels: '["bank","farm"]' });
    const started = integer(one(run, 17), 1) * 1000 + integer(one(run, 17), 2) / 1e6;
    expect(started).toBeGreaterThanOrEqual(before);
    expect(started).toBeLessThanOrEqual(Date.now());
    const history = historyOf(records);
    expect(history).toMatchObject(expected);
    expect(Number(history[2]._timestamp)).toBeGreaterThanOrEqual(before / 1000);
    expect(jsonItems(one(records[8], 3))).toMatchObject({ 'eval/loss': '0.25', 'train/global_step': '20' });
    expect(integer(one(records[10], 18), 1)).toBe(0);
  });

  it('draws every chart over the training step', async () => {
    const path = join(directory, 'charts');
    await playRun(wandbOffline({ directory: path, ...options }));
    const [, , metric, glob] = logRecords(runIn(path).bytes).map((record) => one(record, 12));
    expect(String(one(metric, 1))).toBe('train/global_step');
    expect([String(one(glob, 2)), String(one(glob, 4))]).toEqual(['*', 'train/global_step']);
    expect(integer(one(glob, 6), 1)).toBe(1);
  });

  it('has each row in the file before the next event comes, and one cut short harms none before it', async () => {
    const path = join(directory, 'killed');
    const callback = wandbOffline({ directory: path, ...options });
    for (const [i, event] of runEvents.entries()) {
      await callback.onEvent(event);
      expect(historyOf(logRecords(runIn(path).bytes))).toMatchObject(expected.slice(0, i));
    }
    const { bytes } = runIn(path);
    expect(historyOf(logRecords(bytes.subarray(0, bytes.length - 1)))).toMatchObject(expected.slice(0, 2));
    await callback.close?.();
  });

  it('says that the run failed where it did', async () => {
    const path = join(directory, 'failed');
    const callback = wandbOffline({ directory: path, ...options });
    await playRun(callback);
    await callback.close?.(new Error('out of memory'));
    expect(integer(one(logRecords(runIn(path).bytes).at(-1)!, 18), 1)).toBe(1);
  });

  it('reaches over the blocks of its file where the config is long', async () => {
    const path = join(directory, 'long');
    const labels = Array.from({ length: 9000 }, (_, i) => `label ${i}`);
    await playRun(wandbOffline({ directory: path, project: 'p', config: { labels } }));
    const records = logRecords(runIn(path).bytes);
    expect(JSON.parse(jsonItems(one(one(records[1], 17), 4)).labels)).toEqual(labels);
    expect(historyOf(records)).toMatchObject(expected);
  });

  it.each(['', 'a/b', 'x'.repeat(129)])('refuses a project called "%s"', (project) => {
    expect(() => wandbOffline({ directory, project })).toThrow(expect.objectContaining({ code: 'WANDB_PROJECT' }));
  });
});
