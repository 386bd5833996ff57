import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../test/files';

/** Trains a tiny model on rows and gives its run, the summary and what else was said. */
async function trained(rows: readonly Readonly<Record<string, unknown>>[], flags: readonly string[]) {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'data.csv', csv(rows));
  const config = fileIn(directory, 'tiny.json', tinyConfig);
  const run = join(directory, 'run');
  const options = ['train', '--task', 'sequence-classification', '--model', 'new', '--model-config', config];
  const how = ['--epochs', '12', '--batch-size', '8', '--learning-rate', '1e-2', '--engine', 'onnx', '--out', run];
  const { code, stdout, stderr } = await attune([
    ...options,
    '--data',
    data,
    '--text',
    'text',
    '--label',
    'label',
    ...how,
    ...flags,
  ]);
  if (code !== 0) throw new Error(stderr);
  return { run, data, stdout, stderr };
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('several labels a text', () => {
  const rows = farmAndCode(160).map(({ text, label, id }) =>
    id % 5 === 0
      ? { text: `${text} sky`, label: '' }
      : { text: `${text} ${id % 3 ? 'rain' : 'sun'}`, label: id % 3 ? `${label} / rain` : label },
  );

  it('are trained, tuned, calibrated, measured and predicted from the command line', async () => {
    const { run, data, stdout, stderr } = await trained(rows, [
      '--problem-type',
      'multi_label_classification',
      '--label-separator',
      ' / ',
      '--tune-threshold',
      '--calibrate',
    ]);
    expect(stdout).toMatch(/^ +accuracy +micro-F1 +macro-F1 +loss\nmodel .*\nTF-IDF \+ logistic regression per label /);
    const { decision } = JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8'));
    expect(Object.keys(decision.threshold)).toEqual(['code', 'farm', 'rain']);
    expect(decision.temperature).toBeGreaterThan(0);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('id="labels"');
    expect(stdout).toMatch(/^model, at the tuned thresholds /m);
    expect(stderr).toMatch(/tuned thresholds and temperature of .*run are a record with the model, not in its weights/);
    const card = readFileSync(join(run, 'model', 'README.md'), 'utf8');
    expect(card).toMatch(/^- Macro-F1: .*, each label from a score of 0\.5$/m);
    expect(card).toMatch(/^- At the tuned thresholds, which are not in the weights: macro-F1 /m);

    const measured = JSON.parse((await attune(['eval', run, '--data', data, '--json'])).stdout);
    expect(measured).toMatchObject({ examples: 160, ...decision, calibrated: { ece: expect.any(Number) } });
    expect(measured.macroF1).toBeGreaterThan(0.8);
    expect(Object.keys(measured.perClass)).toEqual(['code', 'farm', 'rain']);
    expect(measured.perClass.rain.support).toBe(rows.filter(({ label }) => label.endsWith('rain')).length);

    const predict = (...more: string[]) => attune(['predict', run, '--input', data, ...more]);
    const predictions = lines((await predict()).stdout);
    const right = predictions.filter(({ labels }, i) => labels.join(' / ') === rows[i].label).length;
    expect(right / 160).toBeCloseTo(measured.accuracy, 6);
    for (const { labels, scores } of predictions)
      expect(labels).toEqual(['code', 'farm', 'rain'].filter((label) => scores[label] >= decision.threshold[label]));
    expect(lines((await predict('--threshold', '0')).stdout)[0].labels).toEqual(['code', 'farm', 'rain']);
    expect(await predict('--threshold', '2')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('from 0 to 1'),
    });
  });
});

/** Of the texts with words of code three in five are labeled farm: the likeliest label is never code, and macro-F1 wants it to be. */
const unsure = farmAndCode(320).map(({ title, label, id }) => {
  const isOther = ((id * 2654435761) >>> 0) % 5 < 3;
  return { text: title, label: isOther ? 'farm' : label };
});

describe('one label a text', () => {
  it('tuned and calibrated, has one accuracy in card, summary, attune eval and attune predict', async () => {
    const { run, data, stdout, stderr } = await trained(unsure, [
      '--tune-threshold',
      '--calibrate',
      '--split',
      '50/30/20',
    ]);
    expect(stdout).toMatch(/^model, untuned /m);
    expect(stderr).toMatch(
      /offsets and temperature are in the last layer of the model in .*run: .*scores come from the shifted logits/,
    );
    const { accuracy, decision } = JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8'));
    expect(decision).toMatchObject({ applied: true, temperature: expect.any(Number) });
    const card = readFileSync(join(run, 'model', 'README.md'), 'utf8');
    expect(card).toContain(`- Accuracy: ${accuracy.toFixed(3)}\n`);
    expect(card).toContain('## Tuned decision');
    const measured = JSON.parse((await attune(['eval', run, '--data', data, '--json'])).stdout);
    expect(measured).toMatchObject({ temperature: decision.temperature, calibrated: { ece: expect.any(Number) } });
    const predictions = lines((await attune(['predict', run, '--input', data])).stdout);
    const right = predictions.filter(({ label }, i) => label === unsure[i].label).length;
    expect(right / 320).toBeCloseTo(measured.accuracy, 6);
    for (const { label, score, scores } of predictions)
      expect(scores[label]).toBe(Math.max(score, ...Object.values<number>(scores)));
  });
});

describe('a tuned run that an earlier version began', () => {
  it('ends as it began, and its card leads with what the weights give alone', async () => {
    const { run } = await trained(unsure, ['--tune-threshold', '--split', '50/30/20', '--keep-checkpoints']);
    const config = join(run, 'config.json');
    const { tunedModel, ...former } = JSON.parse(readFileSync(config, 'utf8'));
    expect(tunedModel).toBe(true);
    writeFileSync(config, JSON.stringify(former));
    const { code, stderr } = await attune(['train', '--resume', '--out', run]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('a record with the model, not in its weights')]);
    const { decision, summary } = JSON.parse(readFileSync(join(run, 'model', 'attune.json'), 'utf8'));
    const { published, tuned } = decision.figures;
    expect(summary.accuracy).toBe(tuned.accuracy);
    expect(published.accuracy).not.toBe(tuned.accuracy);
    const card = readFileSync(join(run, 'model', 'README.md'), 'utf8');
    expect(card).toContain(`- Accuracy: ${published.accuracy.toFixed(3)}\n`);
    expect(card).toContain(`not in the weights: accuracy ${tuned.accuracy.toFixed(3)},`);
  });
});

describe('numbers and pairs', () => {
  const rows = farmAndCode(160).map(({ text, label, id }) => ({
    text,
    other: id % 3 ? 'rain' : 'sun',
    label: (label === 'farm' ? 100 : 200) + (id % 3 ? 50 : 0),
  }));

  it('are trained, measured and predicted from the command line', async () => {
    const { run, data, stdout } = await trained(rows, ['--problem-type', 'regression', '--text-pair', 'other']);
    expect(stdout).toMatch(/^ +MAE +RMSE +R² +loss\nmodel .*\nmean of the training texts /);
    const measured = JSON.parse((await attune(['eval', run, '--data', data, '--json'])).stdout);
    expect(Object.keys(measured)).toEqual(['examples', 'mse', 'rmse', 'mae', 'r2', 'loss']);
    expect(measured.r2).toBeGreaterThan(0.8);
    const predictions = lines((await attune(['predict', run, '--input', data])).stdout);
    const errors = predictions.map(({ value }, i) => Math.abs(value - rows[i].label));
    expect(errors.reduce((a, b) => a + b) / 160).toBeCloseTo(measured.mae, 3);
    const refused = await attune(['predict', run, '--input', data, '--threshold', '0.5']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/--threshold: not used by/) });
  });

  it('take no tuning, and no folds', async () => {
    const flags = ['--problem-type', 'regression'];
    await expect(trained(rows, [...flags, '--calibrate'])).rejects.toThrow(
      /--calibrate: expected another problem type than regression/,
    );
    await expect(trained(rows, [...flags, '--folds', '3'])).rejects.toThrow(
      /--problem-type: cannot be used with --folds/,
    );
  });
});
