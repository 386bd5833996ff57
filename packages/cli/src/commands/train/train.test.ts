import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { families } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../../test/files';
import { tinyRun, tinyTraining } from '../../../test/tiny-run';
import { Interrupted } from '../../program/process';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** A directory with data, and the flags that train on it. */
function setUp() {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'data.csv', csv(farmAndCode(120)));
  return { directory, data, out: join(directory, 'run'), flags: tinyTraining(directory, data) };
}

describe('attune train', () => {
  it('writes the run directory and prints every epoch', async () => {
    const { flags, out, data } = setUp();
    const { code, stdout, stderr } = await attune([...flags, '--out', out, '--json']);
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      'config.json',
      'metrics.jsonl',
      'model',
      'predictions.jsonl',
      'report.html',
      'summary.json',
    ]);
    expect(JSON.parse(stdout)).toEqual(json(out, 'summary.json'));
    expect(json(out, 'summary.json')).toMatchObject({
      accuracy: 1,
      macroF1: 1,
      testExamples: 12,
      epochs: 6,
      engine: 'onnx',
    });
    expect(json(out, 'config.json')).toMatchObject({
      data,
      text: '{title}. {text}',
      label: 'label',
      split: '80/10/10',
    });
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/^<!doctype html>.*<title>run/is);
    const epochs = stderr.match(/^epoch \d {2}training loss \d.*accuracy.*evaluation loss \d.*accuracy.*macro-F1/gm);
    expect(epochs).toHaveLength(6);
    expect(stderr).toContain('note: 96 training, 12 validation, 12 test texts: split 80/10/10 by label');
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const { flags, directory } = setUp();
    const weights = async (name: string, ...more: string[]) => {
      const out = join(directory, name);
      expect((await attune([...flags, '--epochs', '1', '--out', out, ...more])).code).toBe(0);
      return readFileSync(join(out, 'model', 'model.safetensors'));
    };
    const first = await weights('a', '--seed', '5');
    expect((await weights('b', '--seed', '5')).equals(first)).toBe(true);
    expect((await weights('c', '--seed', '6')).equals(first)).toBe(false);
  });

  it('takes Hugging Face’s long names, and evaluation and test data as files', async () => {
    const { directory, data, out } = setUp();
    const evalData = fileIn(directory, 'eval.jsonl', '{"title": "new barn", "text": "corn", "label": "farm"}\n');
    const flags = tinyTraining(directory, data).map((flag) => (flag === '--epochs' ? '--num-train-epochs' : flag));
    const { code, stdout, stderr } = await attune([
      ...flags,
      '--eval-data',
      evalData,
      '--test-data',
      data,
      '--out',
      out,
    ]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('120 of 120 test texts are also in')]);
    expect(stdout).toContain('on 120 test texts; trained on 120 for 6 epochs');
    expect(json(out, 'config.json')).toMatchObject({ evalData, testData: data, arguments: { numTrainEpochs: 6 } });
  });

  it.each([
    ['stopped early', ['--epochs', '40', '--early-stopping-patience', '1', '--early-stopping-threshold', '9'], 24, 2],
    ['of so many steps', ['--epochs', '1000000000', '--max-steps', '3'], 3, 0.25],
  ] as const)('counts what was done in a training %s', async (_, more, steps, epochsDone) => {
    const { flags, out } = setUp();
    const { code, stdout } = await attune([...flags, '--out', out, ...more]);
    expect(code).toBe(0);
    expect(json(out, 'summary.json')).toMatchObject({ steps, epochsDone });
    expect(stdout).toMatch(new RegExp(`trained on 96 for ${epochsDone} epochs`));
    const card = readFileSync(join(out, 'model', 'README.md'), 'utf8');
    expect(card).toMatch(new RegExp(`Trained for ${epochsDone} epochs \\(${steps} steps\\) in [\\d.]+ s`));
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain(`<dt>Epochs</dt><dd>${epochsDone}</dd>`);
  });

  it('refuses a directory with files in it, unless it may overwrite', async () => {
    const { flags, directory } = setUp();
    const { run } = await tinyRun(directory);
    const before = json(run, 'summary.json');
    const refused = await attune([...flags, '--out', run]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('pass --overwrite') });
    expect(json(run, 'summary.json')).toEqual(before);
    expect((await attune([...flags, '--epochs', '1', '--out', run, '--overwrite'])).code).toBe(0);
    expect(json(run, 'summary.json').epochs).toBe(1);
  });

  it('trains a run further', async () => {
    const { directory } = setUp();
    const { run, data } = await tinyRun(directory);
    const options = ['train', '--task', 'sequence-classification', '--model', join(run, 'model'), '--data', data];
    const out = join(directory, 'further');
    const { code, stderr } = await attune([
      ...options,
      '--text',
      'text',
      '--label',
      'label',
      '--out',
      out,
      '--epochs',
      '1',
    ]);
    expect([code, stderr.includes('newly initialized')]).toEqual([0, false]);
    expect(json(out, 'metrics.jsonl'.replace('metrics.jsonl', 'summary.json')).accuracy).toBe(1);
  });

  it.each(['onnx', 'cpu'])('stops when interrupted, leaving whole files only (%s)', async (engine) => {
    const { flags, out } = setUp();
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Interrupted('SIGTERM')), 700);
    const more = ['--epochs', '5000', '--engine', engine, '--out', out];
    const { code, stdout, stderr } = await attune([...flags, ...more], { signal: controller.signal });
    expect([code, stdout]).toEqual([143, '']);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('attune: interrupted (SIGTERM)');
    const isSaved = existsSync(join(out, 'checkpoints')); // not where it was interrupted before it began to train
    expect(stderr.includes(`note: saved; to continue: npx attune train --resume --out ${out}`)).toBe(isSaved);
    expect(['model', 'summary.json', 'report.html'].some((name) => existsSync(join(out, name)))).toBe(false);
    for (const name of existsSync(out) ? readdirSync(out) : [])
      expect(['checkpoints', 'config.json', 'metrics.jsonl']).toContain(name);
  });

  it('writes a new model under the names of its own family', async () => {
    const { flags, directory, out } = setUp();
    const sizes = { num_hidden_layers: 1, hidden_size: 32, num_attention_heads: 2, intermediate_size: 64 };
    const config = fileIn(directory, 'bert.json', JSON.stringify({ model_type: 'bert', vocab_size: 300, ...sizes }));
    expect((await attune([...flags, '--model-config', config, '--epochs', '1', '--out', out])).code).toBe(0);
    const saved = json(out, join('model', 'config.json'));
    expect(saved).toMatchObject({ ...sizes, model_type: 'bert', architectures: ['BertForSequenceClassification'] });
    for (const name of ['dim', 'n_layers', 'n_heads', 'hidden_dim']) expect(saved).not.toHaveProperty(name);
  });

  it('says where a new model’s config cannot be', async () => {
    const { flags, directory, out } = setUp();
    const broken = fileIn(directory, 'broken.json', '{"n_layers": }');
    const list = fileIn(directory, 'list.json', '[]');
    const sizes = { num_hidden_layers: 1, hidden_size: 32, num_attention_heads: 2, intermediate_size: 64 };
    const others = Object.keys(families).filter((type) => type !== 'distilbert');
    const ofBert = fileIn(directory, 'bert.json', JSON.stringify(sizes));
    for (const [config, problem] of [
      [broken, 'broken.json: expected JSON, got'],
      [list, 'list.json: expected a JSON object'],
      [
        ofBert,
        `bert.json: num_hidden_layers: expected a key of a distilbert, got one of a ${others.slice(0, -1).join(', ')} or ${others.at(-1)}; did you mean`,
      ],
      [join(directory, 'none.json'), 'none.json: expected a config.json, got'],
    ])
      expect(await attune([...flags, '--model-config', config, '--out', out])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(problem),
      });
    const notNew = await attune([...flags, '--model', directory, '--out', out]);
    expect(notNew).toMatchObject({ code: 2, stderr: expect.stringContaining('--model-config: requires --model new') });
    expect(existsSync(out)).toBe(false);
    writeFileSync(broken, '');
  });
});
