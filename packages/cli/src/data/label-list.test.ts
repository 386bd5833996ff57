import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory, tinyConfig } from '../../test/files';
import { areIds, labelListOf, namedLabels } from './label-list';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));
/** Written by datasets: the names of `label` and of `ner_tags` are in the metadata. */
const parquet = fileURLToPath(new URL('../../../data/fixtures/parquet/class-names.parquet', import.meta.url));

describe('--label-list', () => {
  const directory = temporaryDirectory(afterAll);

  it('takes names between commas, or a file with one a line', async () => {
    expect(await labelListOf(undefined)).toBeUndefined();
    expect(await labelListOf(['O', ' B-X '])).toEqual(['O', 'B-X']);
    const file = fileIn(directory, 'names.txt', '\ufeffO\r\nB-X, or so\r\n\r\n');
    expect(await labelListOf([file])).toEqual(['O', 'B-X, or so']);
  });

  it.each([
    [['O'], 'got "O", which is not a file either'],
    [['a', 'b', 'a'], 'got "a" twice'],
    [['a', '', 'b'], 'got an empty name'],
  ])('refuses %j', async (given, message) => {
    await expect(labelListOf(given)).rejects.toThrow(message);
  });

  it('tells ids from names, and a model’s own labels from both', () => {
    expect([areIds(['0', '2'], ['a', 'b', 'c']), areIds(['0', 'b'], ['a', 'b'])]).toEqual([true, false]);
    expect([areIds(['0.0', '1.0'], ['a', 'b']), areIds(['0.5', '1.0'], ['a', 'b'])]).toEqual([true, false]);
    expect(namedLabels(['0.0', '1.0', '1'], { where: 'x.csv', lines: [2, 3, 4], names: ['neg', 'pos'] })).toEqual([
      'neg',
      'pos',
      'pos',
    ]);
    const stars = ['1', '2'];
    expect([areIds(['0', '1'], stars), areIds(['1'], stars, true)]).toEqual([false, true]);
    const ofFile = { where: 'x.parquet', lines: [1, 2], names: stars, haveIds: true };
    expect(namedLabels(['1', '1'], ofFile)).toEqual(['2', '2']);
    expect(namedLabels(['1', '1'], { ...ofFile, known: stars })).toEqual(['2', '2']);
    expect(namedLabels(['1', '1'], { ...ofFile, known: ['0', '1'] })).toEqual(['1', '1']);
    expect([areIds(['11', '52'], ['11', '52']), areIds([], ['a', 'b'])]).toEqual([false, false]);
    const file = { where: 'x.csv', lines: [2, 3], names: ['a', 'b'] };
    expect(namedLabels(['1', '0'], file)).toEqual(['b', 'a']);
    expect(namedLabels([['1', '0'], []], file)).toEqual([['b', 'a'], []]);
    expect(namedLabels([1, 0], file)).toEqual([1, 0]); // numbers of a regression
    expect(namedLabels(['1', '0'], { ...file, known: ['0', '1'] })).toEqual(['1', '0']);
    for (const id of ['2', '-1'])
      expect(() => namedLabels(['1', id], file)).toThrow(
        `x.csv line 3: expected an id from 0 to 1 of the 2 names (a, b), got ${id}; `,
      );
  });

  describe('in classification', () => {
    let flags: string[];
    beforeAll(() => {
      const config = fileIn(directory, 'tiny.json', tinyConfig);
      const model = ['--model', 'new', '--model-config', config, '--engine', 'onnx'];
      flags = ['train', ...model, '--epochs', '2', '--batch-size', '8', '--learning-rate', '1e-2'];
    });
    const train = (out: string, more: string[]) =>
      attune([
        ...flags,
        '--task',
        'sequence-classification',
        '--text',
        'text',
        '--label',
        'label',
        ...more,
        '--out',
        join(directory, out),
      ]);
    const rows = (labels: readonly string[]) =>
      `text,label\n${[...Array(40)].map((_, i) => `${['corn barn', 'python server'][i % 2]} ${i},${labels[i % 2]}\n`).join('')}`;

    it('is what a Parquet file’s metadata says, in training and evaluation', async () => {
      expect(await train('parquet', ['--data', parquet])).toMatchObject({ code: 0 });
      const run = join(directory, 'parquet');
      expect(json(run, 'config.json').architecture.labels).toEqual(['code', 'farm']);
      const { code, stdout } = await attune(['eval', run, '--data', parquet, '--json']);
      expect([code, Object.keys(JSON.parse(stdout).perClass)]).toEqual([0, ['code', 'farm']]);
    });

    it('leaves the ids of a model that has them as they are', async () => {
      expect(await train('raw', ['--data', fileIn(directory, 'raw.csv', rows(['0', '1']))])).toMatchObject({ code: 0 });
      const { code, stdout } = await attune(['eval', join(directory, 'raw'), '--data', parquet, '--json']);
      expect([code, Object.keys(JSON.parse(stdout).perClass)]).toEqual([0, ['0', '1']]);
    });

    it('names ids, and labels that training lacks', async () => {
      const data = fileIn(directory, 'ids.csv', rows(['2', '0']));
      const more = ['--data', data, '--label-list', 'tech,other,farm', '--baseline', 'default'];
      const { code, stderr } = await train('listed', more);
      expect([code, stderr]).toEqual([0, expect.stringMatching(/80\/10\/10/)]);
      const run = join(directory, 'listed');
      expect(json(run, 'config.json')).toMatchObject({
        architecture: { labels: ['tech', 'other', 'farm'] },
        labelList: ['tech', 'other', 'farm'],
      });
      expect(json(run, 'summary.json').baseline.accuracy).toBe(1);
      const { stdout } = await attune(['eval', run, '--data', data, '--json']);
      expect(Object.keys(JSON.parse(stdout).perClass)).toEqual(['farm', 'tech']);
    });

    it('lets a file with other labels be measured, which are missed', async () => {
      const run = join(directory, 'listed');
      const odd = fileIn(directory, 'odd.csv', `${rows(['farm', 'tech'])}gold mine,mining\n`);
      expect(await attune(['eval', run, '--data', odd])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /line 42: .*got "mining".*; if the label is correct, pass all names with --label-list/,
        ),
      });
      const { code, stdout, stderr } = await attune([
        'eval',
        run,
        '--data',
        odd,
        '--label-list',
        'farm,tech,mining',
        '--json',
      ]);
      expect([code, stderr]).toEqual([
        0,
        expect.stringContaining('1 text with labels that the model lacks: counted as missed'),
      ]);
      const { accuracy, perClass, loss } = JSON.parse(stdout);
      expect(accuracy).toBeCloseTo(40 / 41, 10);
      expect(perClass.mining).toMatchObject({ recall: 0, support: 1 });
      expect(Number.isFinite(loss)).toBe(true);
    });

    it('has to have every label', async () => {
      const data = fileIn(directory, 'named.csv', rows(['farm', 'tech']));
      expect(await train('refused', ['--data', data, '--label-list', 'farm,code'])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /named\.csv line 3: expected one of the label list's 2 labels \(farm, code\), got "tech"/,
        ),
      });
      const numbers = ['--problem-type', 'regression', '--label-list', 'farm,code'];
      expect(
        await train('refused', ['--data', fileIn(directory, 'n.csv', rows(['1.5', '2'])), ...numbers]),
      ).toMatchObject({
        stderr: expect.stringContaining('--label-list: expected a classification, got a regression'),
      });
    });

    it('names the tags of a Parquet file as its metadata does', async () => {
      const tagging = ['--task', 'token-classification', '--data', parquet, '--label', 'ner_tags'];
      const run = join(directory, 'tags');
      expect(await attune([...flags, ...tagging, '--out', run])).toMatchObject({ code: 0 });
      expect(json(run, 'config.json').architecture.labels).toEqual(['O', 'B-PER', 'I-PER']);
      const { code, stdout } = await attune(['eval', run, '--data', parquet, '--json']);
      expect([code, JSON.parse(stdout).perEntity.PER.support]).toEqual([0, 40]);
    });
  });
});
