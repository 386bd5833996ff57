import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory, tinyConfig } from '../../test/files';
import { skillSentences } from '../../test/sentences';
import { Interrupted } from '../program/process';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));
const texts = (count: number, seed: number) => skillSentences(count, seed).map(({ words }) => words.join(' '));

describe('attune train --task masked-lm', () => {
  const directory = temporaryDirectory(afterAll);
  let run: string;
  let held: string;
  let flags: string[];
  beforeAll(async () => {
    const rows = texts(300, 1).map((text, id) => JSON.stringify({ id, text }));
    const data = fileIn(directory, 'data.jsonl', rows.join('\n'));
    held = fileIn(directory, 'held.txt', `${texts(60, 2).join('\n')}\n`);
    const config = fileIn(directory, 'tiny.json', tinyConfig);
    const options = ['train', '--task', 'masked-lm', '--model', 'new', '--model-config', config, '--data', data];
    const how = ['--epochs', '3', '--learning-rate', '1e-2', '--engine', 'onnx', '--chunk-length', '16'];
    flags = [...options, '--text', 'text', ...how];
    run = join(directory, 'run');
    const { code, stdout, stderr } = await attune([...flags, '--out', run, '--whole-word', '--mlm-probability', '0.2']);
    if (code !== 0) throw new Error(stderr);
    expect(stderr).toMatch(/note: \d+ training, \d+ validation texts: split 95\/5, equal texts kept together, seed 42/);
    expect(stderr).toMatch(/^epoch 3 {2}training loss .*; evaluation loss .*accuracy.*perplexity/m);
    expect(stdout).toMatch(/^loss .*\nperplexity .*\naccuracy of guesses .*\non \d+ validation texts; trained on/);
  }, 60_000);

  it('writes what decided it, and what it came to', async () => {
    expect(json(run, 'config.json')).toMatchObject({
      ...{ task: 'masked-lm', split: '95/5', chunkLength: 16, mlmProbability: 0.2, wholeWord: true },
    });
    const { loss, perplexity } = json(run, 'summary.json');
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('Perplexity');
    expect(readFileSync(join(run, 'model', 'README.md'), 'utf8')).toMatch(/^pipeline_tag: fill-mask$/m);
    expect(perplexity).toBeCloseTo(Math.exp(loss), 10);
  });

  it('shows what it takes hidden tokens for, and how far it came from the model it began with', async () => {
    const rowsOf = (path: string) =>
      readFileSync(join(path, 'predictions.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    const [about, ...guesses] = rowsOf(run);
    expect(about).toEqual({ about: { kind: 'guesses', title: 'run' } }); // nothing before a new model
    expect(guesses.length).toBeGreaterThan(5);
    for (const { before, truth, after, guesses: own } of guesses) {
      expect(typeof before + typeof after).toBe('stringstring');
      expect(truth).toMatch(/^\p{L}{3,}$/u);
      expect(own).toHaveLength(5);
      expect(own[0].score).toBeGreaterThanOrEqual(own[1].score);
    }
    const further = join(directory, 'seen-further');
    const more = flags.map((flag, i) => (flags[i - 1] === '--model' ? join(run, 'model') : flag));
    const from = more.indexOf('--model-config');
    more.splice(from, 2);
    expect((await attune([...more, '--epochs', '1', '--out', further])).code).toBe(0);
    const [{ about: of }] = rowsOf(further);
    expect(of.before.perplexity).toBeCloseTo(Math.exp(of.before.loss), 10);
    expect(of.before.loss).toBeLessThan(Math.log(15)); // of a model that knows such texts
    expect(readFileSync(join(further, 'report.html'), 'utf8')).toContain('before training');
  }, 60_000);

  it('evaluates other texts under the same masks each time', async () => {
    const [first, second] = [0, 1].map(() => attune(['eval', run, '--data', held, '--json']));
    const { code, stdout } = await first;
    expect([code, (await second).stdout]).toEqual([0, stdout]);
    const metrics = JSON.parse(stdout);
    expect(Object.keys(metrics)).toEqual(['loss', 'perplexity', 'accuracy', 'examples', 'chunks']);
    expect(metrics.examples).toBe(60);
    expect(metrics.loss).toBeLessThan(Math.log(15)); // of some 13 words
    expect((await attune(['eval', run, '--data', held])).stdout).toMatch(/^loss .*\nperplexity /);
  });

  it('is what another task begins from, but predicts nothing itself', async () => {
    expect(await attune(['predict', run, '--input', held])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('got a masked language model, which assigns no labels'),
    });
    expect(await attune(['eval', run, '--data', held, '--label', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--label: not used by .*, a masked language model; remove it/),
    });
    const rows = texts(40, 5).map((text) => `"${text}",${text.includes('java') ? 'java' : 'other'}`);
    const data = fileIn(directory, 'labeled.csv', `text,label\n${rows.join('\n')}\n`);
    const options = ['train', '--task', 'sequence-classification', '--model', join(run, 'model'), '--data', data];
    const out = join(directory, 'classifier');
    const columns = ['--text', 'text', '--label', 'label', '--epochs', '1', '--out', out];
    expect((await attune([...options, ...columns])).code).toBe(0);
  });

  it('goes on after an interruption, to the bytes of never having stopped', async () => {
    const [whole, cut] = [join(directory, 'whole'), join(directory, 'cut')];
    const saving = ['--save-steps', '4', '--eval-data', held];
    expect((await attune([...flags, ...saving, '--out', whole])).code).toBe(0);
    const abort = new AbortController();
    const timer = setInterval(() => {
      if (existsSync(join(cut, 'checkpoints'))) abort.abort(new Interrupted('SIGTERM'));
    }, 5);
    const { code } = await attune([...flags, ...saving, '--out', cut], { signal: abort.signal });
    clearInterval(timer);
    expect(code).toBe(143);
    expect((await attune(['train', '--resume', '--out', cut])).code).toBe(0);
    const weights = (of: string) => readFileSync(join(of, 'model', 'model.safetensors'));
    expect(weights(cut).equals(weights(whole))).toBe(true);
  });

  it.each<[string, string[], number, RegExp]>([
    ['labels', ['--label', 'x'], 2, /--label: only used with --task .*token-classification, got --task masked-lm/],
    [
      'a probability out of range',
      ['--mlm-probability', '2'],
      2,
      /--mlm-probability: expected a number in \(0, 1\], got 2/,
    ],
    [
      '--max-length',
      ['--max-length', '32'],
      2,
      /--max-length: expected a task that uses it, got masked language modeling/,
    ],
    ['too long chunks', ['--chunk-length', '65'], 2, /--chunk-length: expected an integer from 3 to 64/],
  ])('refuses %s', async (_, more, code, message) => {
    expect(await attune([...flags, ...more, '--out', join(directory, 'refused')])).toMatchObject({
      code,
      stderr: expect.stringMatching(message),
    });
    expect(existsSync(join(directory, 'refused'))).toBe(false);
  });

  it('says which flag to change where texts do not fill one chunk', async () => {
    const short = fileIn(directory, 'short.txt', `${texts(4, 3).join('\n')}\n`);
    const typed = ['train', '--task', 'masked-lm', '--model', join(run, 'model'), '--data', short, '--engine', 'onnx'];
    const trained = await attune([...typed, '--out', join(directory, 'short'), '--chunk-length', '64']);
    expect(trained).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /(train|validation) data: expected at least 64 tokens of text, got \d+; give more text, or a smaller --chunk-length/,
      ),
    });
    expect(trained.stderr).not.toMatch(/textChunks|chunkLength/);
  }, 30_000);
});
