import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../test/files';
import { tinyRun } from '../../test/tiny-run';

describe('attune eval', () => {
  const directory = temporaryDirectory(afterAll);
  let run: string;
  let data: string;
  beforeAll(async () => {
    ({ run } = await tinyRun(directory));
    // Every eighth label is wrong on purpose, so that the metrics are not all 1.
    const rows = farmAndCode(40).map((row) => (row.id % 8 === 0 ? { ...row, label: 'code' } : row));
    data = fileIn(directory, 'test.csv', csv(rows));
  });

  it('prints the metrics as JSON, by the run’s columns', async () => {
    const { code, stdout, stderr } = await attune(['eval', run, '--data', data, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    // 15 farms right; 20 of 25 codes right, 5 taken for farms.
    const farm = { precision: 15 / 20, recall: 1, f1: 30 / 35, support: 15 };
    const codes = { precision: 1, recall: 20 / 25, f1: 40 / 45, support: 25 };
    const metrics = JSON.parse(stdout);
    expect(Object.keys(metrics)).toEqual(['examples', 'accuracy', 'macroF1', 'weightedF1', 'loss', 'perClass']);
    expect(metrics).toMatchObject({ examples: 40, accuracy: 35 / 40, perClass: { farm, code: codes } });
    expect(metrics.macroF1).toBeCloseTo((farm.f1 + codes.f1) / 2, 12);
    expect(metrics.weightedF1).toBeCloseTo((15 * farm.f1 + 25 * codes.f1) / 40, 12);
    expect(await lossByPrediction()).toBeCloseTo(metrics.loss, 4);
  });

  /** The mean cross-entropy again, from what `attune predict` says of the same rows. */
  async function lossByPrediction(): Promise<number> {
    const { stdout } = await attune(['predict', run, '--input', data]);
    const labels = farmAndCode(40).map(({ id, label }) => (id % 8 === 0 ? 'code' : label));
    const losses = stdout
      .trimEnd()
      .split('\n')
      .map((line, i) => -Math.log(JSON.parse(line).scores[labels[i]]));
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }

  it('prints a table without --json', async () => {
    const { stdout } = await attune(['eval', run, '--data', data]);
    expect(stdout).toMatch(/^ +precision +recall +F1 +support\ncode +1\.0000 +0\.8000 +0\.8889 +25\nfarm /);
    expect(stdout).toMatch(/^accuracy +0\.8750$/m);
    expect(stdout).toMatch(/^examples +40$/m);
  });

  it('takes a model directory, and columns by name', async () => {
    const flags = ['--data', data, '--text', '{title}. {text}', '--label', 'label', '--json', '--batch-size', '7'];
    const [model, whole] = [
      await attune(['eval', join(run, 'model'), ...flags]),
      await attune(['eval', run, ...flags]),
    ];
    expect([model.code, model.stdout]).toEqual([0, whole.stdout]);
  });

  it('also measures apart the texts that another file has, whatever its labels', async () => {
    const rows = farmAndCode(40).map((row) => (row.id % 8 === 0 ? { ...row, label: 'code' } : row));
    const isSeen = ({ id }: { id: number }) => id % 3 === 0;
    const part = (name: string, own: typeof rows) => fileIn(directory, name, csv(own));
    const others = rows
      .filter(isSeen)
      .map(({ title, ...row }) => ({ ...row, title: ` ${title.toUpperCase()}`, label: '' }));
    const titles = ['--text', '{title}'];
    const metricsOf = async (file: string, ...more: string[]) =>
      JSON.parse((await attune(['eval', run, '--data', file, ...titles, '--json', ...more])).stdout);
    const seenIn = ['--seen-in', fileIn(directory, 'train.csv', csv(others))];
    const { seen, unseen, ...all } = await metricsOf(data, ...seenIn);
    expect(all).toEqual(await metricsOf(data));
    for (const [metrics, alone] of [
      [seen, await metricsOf(part('seen.csv', rows.filter(isSeen)))],
      [
        unseen,
        await metricsOf(
          part(
            'unseen.csv',
            rows.filter((row) => !isSeen(row)),
          ),
        ),
      ],
    ]) {
      expect({ ...metrics, loss: 0 }).toEqual({ ...alone, loss: 0 });
      expect(metrics.loss).toBeCloseTo(alone.loss, 6);
    }
    const { stdout } = await attune(['eval', run, '--data', data, ...titles, ...seenIn]);
    expect(stdout).toMatch(/\nseen {2}14: accuracy [01]\.\d{4}, macro-F1 .*\nunseen 26: accuracy /);
  });

  it('predicts empty texts and counts them', async () => {
    const some = fileIn(directory, 'empty.csv', 'title,text,label\n,,farm\ncorn,barn,farm\n');
    const { code, stdout, stderr } = await attune(['eval', run, '--data', some, '--text', 'text', '--json']);
    expect([code, JSON.parse(stdout).examples]).toEqual([0, 2]);
    expect(stderr).toContain('note: 1 empty text predicted as [CLS] [SEP]');
  });

  it.each<[string, string, string[], number, RegExp]>([
    [
      'a label it does not know',
      'title,text,label\na,b,farm\nc,d,fram\n',
      [],
      1,
      /bad\.csv line 3: expected one of the model's 2 labels \(code, farm\), got "fram"; did you mean "farm"\?/,
    ],
    ['an empty file', '', [], 1, /bad\.csv: expected rows of data/],
    [
      'a missing column',
      'title,txt,label\na,b,farm\n',
      [],
      1,
      /bad\.csv line 1: expected a column "text".*did you mean "txt"/,
    ],
    [
      'a bad engine',
      'a\nb\n',
      ['--engine', 'gpu'],
      2,
      /--engine: expected one of auto, onnx, onnx-webgpu, onnx-cuda, tfjs-node, tfjs-node-gpu, wasm, cpu, got "gpu"/,
    ],
  ])('refuses %s', async (_, content, more, code, message) => {
    const bad = fileIn(directory, 'bad.csv', content);
    expect(await attune(['eval', run, '--data', bad, ...more])).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });

  it('says first that a model is nowhere', async () => {
    const { code, stderr } = await attune(['eval', join(directory, 'runs', 'sectors'), '--data', data]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/sectors: expected .*, found /)]);
  });

  it('needs to be told the columns where no run says them, and a run it can read', async () => {
    const { code, stderr } = await attune(['eval', join(run, 'model'), '--data', data]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--text: required.*\nattune: --label: required/)]);
    const other = await tinyRun(temporaryDirectory());
    writeFileSync(join(other.run, 'config.json'), '{');
    expect(await attune(['eval', other.run, '--data', data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('config.json: expected the run’s config.json'.replace('’', "'")),
    });
  });
});
