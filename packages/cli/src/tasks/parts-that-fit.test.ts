import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../test/files';

const directory = temporaryDirectory(afterAll);
const rows = farmAndCode(40).map(({ text, label }) => ({ text, other: 'rain', label }));
const data = fileIn(directory, 'data.csv', csv(rows));
const lines = fileIn(directory, 'lines.txt', 'corn and wheat\nserver and cloud\n');
const config = fileIn(directory, 'two-layers.json', JSON.stringify({ ...JSON.parse(tinyConfig), n_layers: 2 }));
const common = ['train', '--task', 'sequence-classification', '--data', data, '--text', 'text', '--label', 'label'];
const how = ['--epochs', '1', '--engine', 'onnx', '--baseline', 'none'];

async function train(name: string, ...more: string[]): Promise<{ out: string; stderr: string }> {
  const out = join(directory, name);
  const { code, stderr } = await attune([...common, ...how, '--out', out, ...more]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return { out, stderr };
}

/** The model of a run with other entries of its config.json. */
function changed(run: string, name: string, more: Readonly<Record<string, unknown>>): string {
  const path = join(directory, name);
  cpSync(join(run, 'model'), path, { recursive: true });
  const file = join(path, 'config.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...more }));
  return path;
}

const isNew = ['--model', 'new', '--model-config', config];
let single: string;
beforeAll(async () => {
  single = (await train('single', ...isNew)).out;
});

describe('a model directory whose parts do not fit', () => {
  const use = (model: string): [string, string[]][] => [
    ['predict', ['predict', model, '--input', data, '--text', 'text']],
    ['eval', ['eval', model, '--data', data, '--text', 'text', '--label', 'label']],
    ['export', ['export', model, '--format', 'onnx', '--output', join(directory, 'exported')]],
  ];

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['fewer layers', { n_layers: 1 }, /fewer layers: config\.json counts 1 layers, the weights have 2; correct/],
    ['more layers', { n_layers: 3 }, /1?6 of the model's tensors are missing \(first: .*layer\.2/],
    ['one name twice', { id2label: { 0: 'a', 1: 'a' } }, /id2label expected a different name for each id, got "a"/],
    ['a label too many', { id2label: { 0: 'a', 1: 'b', 2: 'c' } }, /"classifier.*" expected the shape \[3,32\]/],
    ['a gap', { id2label: { 0: 'a', 2: 'b' } }, /id2label expected a name for each id 0 to 1, got nothing for 1/],
    ['heads that do not divide', { n_heads: 5 }, /n_heads: expected heads that divide the hidden size/],
    ['a regression with two outputs', { problem_type: 'regression' }, /expected a regression with one output, got 2/],
  ])('is refused: %s', async (name, more, message) => {
    const model = changed(single, name, more);
    for (const [command, flags] of use(model)) {
      if (command === 'export' && 'problem_type' in more) continue; // its graph is the same
      const { code, stdout, stderr } = await attune(flags);
      expect([command, code, stdout]).toEqual([command, 1, '']);
      expect(stderr).toMatch(message);
    }
  });

  it('is trained on where the data say what the labels are, and layers that are left out are named', async () => {
    const odd = changed(single, 'odd labels', { id2label: { 1: 'neg', 2: 'pos' }, n_layers: 1 });
    const { out, stderr } = await train('on', '--model', odd);
    expect(stderr).toContain('odd labels: config.json counts 1 layers, the weights have 2: the others are dropped');
    const saved = JSON.parse(readFileSync(join(out, 'model', 'config.json'), 'utf8'));
    expect(saved).toMatchObject({ n_layers: 1, id2label: { 0: 'code', 1: 'farm' } });
  });
});

describe('pairs', () => {
  it('are refused of a model of single texts, and single texts of one of pairs, wherever it is copied to', async () => {
    const { out: pairs } = await train('pairs', ...isNew, '--text-pair', 'other');
    const copy = changed(pairs, 'copy of pairs', {});
    const ofPairs = /--text-pair: expected a second text of each, since the model was trained on pairs, got none/;
    for (const flags of [
      ['predict', pairs, '--input', lines],
      ['predict', copy, '--input', data, '--text', 'text'],
      ['eval', copy, '--data', data, '--text', 'text', '--label', 'label'],
    ])
      expect(await attune(flags)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(ofPairs) });
    const ofSingle = /--text-pair: expected only first texts, since the model was trained on single texts/;
    for (const flags of [
      ['predict', single, '--input', data, '--text-pair', 'other'],
      [
        'eval',
        changed(single, 'copy of single', {}),
        '--data',
        data,
        '--text',
        'text',
        '--text-pair',
        'other',
        '--label',
        'label',
      ],
    ])
      expect(await attune(flags)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(ofSingle) });
    expect((await attune(['predict', pairs, '--input', data])).code).toBe(0);
    expect((await attune(['predict', copy, '--input', data, '--text', 'text', '--text-pair', 'other'])).code).toBe(0);
  });
});
