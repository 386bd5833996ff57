import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kFolds } from '@attune/data';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, describe, expect, it } from 'vitest';
import { fieldTexts, tinyConfig } from '../../../test/tiny';
import type { TrainEvent } from '../../loop/events';
import type { DataParts } from '../../tasks/sequence/examples';
import { crossValidate, metricsIn, spreadOf } from './folds';
import type { CrossValidateOptions, FoldEvent } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-folds-'));
afterAll(() => rmSync(directory, { recursive: true }));

const { texts, labels } = fieldTexts(60, 1);
const at = (indices: Int32Array) => ({
  texts: Array.from(indices, (i) => texts[i]),
  labels: Array.from(indices, (i) => labels[i]),
});
const folds: DataParts[] = kFolds({ labels, folds: 3, seed: 1 }).folds.map(({ training, heldOut }) => ({
  train: at(training),
  test: at(heldOut),
}));
const settings = {
  folds,
  model: 'new',
  newConfig: tinyConfig,
  arguments: { learningRate: 5e-3, numTrainEpochs: 2, maxLength: 32, saveSteps: 2 },
  engine,
};
const weights = (run: string, fold: string) => readFileSync(join(directory, run, fold, 'model', 'model.safetensors'));
const read = (...path: string[]) => readFileSync(join(directory, ...path), 'utf8');

describe('crossValidate', () => {
  it('trains each fold, and comes to the same when interrupted in one and resumed', async () => {
    const result = await crossValidate({ ...settings, out: join(directory, 'whole') });
    expect(JSON.parse(read('whole', 'summary.json'))).toEqual(result);
    expect(result.perFold).toHaveLength(3);
    expect(result.perFold.map(({ trainExamples, testExamples }) => [trainExamples, testExamples])).toEqual(
      new Array(3).fill([40, 20]),
    );
    const accuracies = result.perFold.map(({ accuracy }) => accuracy);
    expect(result.mean.accuracy).toBeCloseTo(accuracies.reduce((a, b) => a + b) / 3, 12);

    const abort = new AbortController();
    let seen = 0;
    const onEvent = ({ type }: TrainEvent) => {
      if (type === 'step' && ++seen === 10) abort.abort(new Error('enough')); // of six steps a fold: in the second
    };
    const out = join(directory, 'cut');
    await expect(crossValidate({ ...settings, out, onEvent, signal: abort.signal })).rejects.toThrow('enough');
    expect([1, 2, 3].map((fold) => existsSync(join(out, `fold-${fold}`, 'summary.json')))).toEqual([
      true,
      false,
      false,
    ]);

    const [events, notes]: [FoldEvent[], string[]] = [[], []];
    const onNote = (note: string) => void notes.push(note);
    const resumed = await crossValidate({ ...settings, out, resume: true, onNote, onFold: (e) => void events.push(e) });
    expect(events.map(({ fold, kept, summary }) => [fold, kept ?? false, summary !== undefined])).toEqual([
      [1, true, true],
      [2, false, false],
      [2, false, true],
      [3, false, false],
      [3, false, true],
    ]);
    expect(notes).toContain('resuming after step 4');
    for (const fold of ['fold-1', 'fold-2', 'fold-3'])
      expect(weights('cut', fold).equals(weights('whole', fold))).toBe(true);
    for (const name of ['accuracy', 'macroF1', 'loss', 'baseline.accuracy'])
      expect([resumed.mean[name], resumed.standardDeviation[name]]).toEqual([
        result.mean[name],
        result.standardDeviation[name],
      ]);
  });

  it('runs any fit, and refuses to go on with other options', async () => {
    const ran: string[] = [];
    const options: CrossValidateOptions<string> = {
      ...settings,
      folds: ['a', 'b'],
      out: join(directory, 'any'),
      async fit({ data, out }) {
        ran.push(data);
        const summary = { score: data === 'a' ? 1 : 4 };
        writeFileSync(join(out, '..', `ran-${data}`), '');
        return { summary };
      },
    };
    const { mean, standardDeviation } = await crossValidate(options);
    expect([mean, ran]).toEqual([{ score: 2.5 }, ['a', 'b']]);
    expect(standardDeviation.score).toBeCloseTo(Math.sqrt(4.5), 12);
    await expect(crossValidate(options)).rejects.toThrow('expected an empty or a new directory');
    const other = { ...options, arguments: { learningRate: 1 }, folds: ['a', 'c'], resume: true };
    await expect(crossValidate(other)).rejects.toMatchObject({
      code: 'RUN_CONFIG',
      message: expect.stringContaining('got another arguments, data; restore it'),
    });
    await expect(crossValidate({ ...options, folds: ['a'] })).rejects.toThrow(RangeError);
  });

  it('leaves nothing of earlier folds when it overwrites them', async () => {
    const out = join(directory, 'again');
    const fit = async () => ({ summary: { score: 1 } });
    const first = { ...settings, folds: ['a', 'b', 'c'], out, fit };
    await crossValidate<string>(first);
    mkdirSync(join(out, 'fold-3'));
    await crossValidate<string>({ ...first, folds: ['a', 'b'], overwrite: true });
    expect(existsSync(join(out, 'fold-3'))).toBe(false);
  });
});

it('takes the numbers of a summary, nested ones by a dotted name', () => {
  const summary = {
    accuracy: 0.5,
    engine: 'onnx',
    baseline: { macroF1: 0.25, name: 'x' },
    list: [1],
    loss: Number.NaN,
  };
  expect(metricsIn(summary)).toEqual({ accuracy: 0.5, 'baseline.macroF1': 0.25 });
});

it('gives mean and sample standard deviation of what every fold has', () => {
  // Python: statistics.mean([2, 4, 4, 5, 10]), statistics.stdev([2, 4, 4, 5, 10])
  const { mean, standardDeviation } = spreadOf([2, 4, 4, 5, 10].map((x, i) => ({ x, ...(i > 0 && { some: 1 }) })));
  expect(mean).toEqual({ x: 5 });
  expect(Object.keys(standardDeviation)).toEqual(['x']);
  expect(standardDeviation.x).toBeCloseTo(3, 12);
});
