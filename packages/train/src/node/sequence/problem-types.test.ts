import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { multiLabelReport, regressionReport } from '@attune/metrics';
import type { ProblemType } from '@attune/models';
import { afterAll, describe, expect, it } from 'vitest';
import { tinyConfig } from '../../../test/tiny';
import { fitSequenceClassifier } from './fit';
import { loadAnyPredictor, loadPredictor } from './load';
import type { FitOptions } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-problems-'));
afterAll(() => rmSync(directory, { recursive: true }));

const settings = { model: 'new', newConfig: tinyConfig, engine };
const args = { learningRate: 5e-3, numTrainEpochs: 15, maxLength: 32 };
const fit = <P extends ProblemType = 'single_label_classification'>(
  out: string,
  more: Omit<FitOptions<P>, 'out' | 'engine' | 'model'>,
) => fitSequenceClassifier<P>({ arguments: args, ...settings, ...more, out: join(directory, out) });
const json = (...path: string[]) => JSON.parse(readFileSync(join(directory, ...path), 'utf8'));

const words = { bank: ['loan', 'credit', 'deposit'], farm: ['wheat', 'cattle', 'tractor'], ship: ['cargo', 'vessel'] };
const names = Object.keys(words) as (keyof typeof words)[];

/** Texts with a word for each of their labels; every eighth has none. */
function sets(count: number, seed: number) {
  const labels = Array.from({ length: count }, (_, i) => names.filter((_, k) => ((i * 5 + seed) >> k) & 1));
  const texts = labels.map((own, i) =>
    ['the', ...own.map((name) => words[name][(i + seed) % words[name].length])].join(' '),
  );
  return { texts, labels };
}

/** Texts of words with a price each: 1,000 and what their words add up to. */
function prices(count: number, seed: number) {
  const priced = Object.entries({ wheat: 0, cargo: 100, loan: 200, vessel: 300 });
  const rows = Array.from({ length: count }, (_, i) => [
    priced[(i * 7 + seed) % 4],
    priced[(i * 3 + (i >> 2) + seed) % 4],
  ]);
  return {
    texts: rows.map((row) => row.map(([word]) => word).join(' ')),
    labels: rows.map((row) => row.reduce((sum, [, price]) => sum + price, 1000)),
  };
}

describe('several labels a text', () => {
  it('are learned, measured beside one classifier a label, saved and predicted', async () => {
    const data = { train: sets(160, 1), validation: sets(40, 2), test: sets(48, 3) };
    const { summary, labels, test, baseline } = await fit('sets', { problemType: 'multi_label_classification', data });
    expect(labels).toEqual(['bank', 'farm', 'ship']);
    const report = multiLabelReport(test.yTrue, test.yPred);
    expect(summary).toMatchObject({
      accuracy: report.subsetAccuracy,
      microF1: report.micro.f1,
      macroF1: report.macro.f1,
    });
    expect(summary.macroF1).toBeGreaterThan(0.9);
    expect(summary.baseline?.macroF1).toBeGreaterThan(0.9);
    expect(baseline?.yTrue).toEqual(test.yTrue);
    expect(test.yTrue[0]).toEqual(names.map((name) => Number(data.test.labels[0].includes(name))));
    const { problem_type, id2label } = json('sets', 'model', 'config.json');
    expect([problem_type, id2label]).toEqual(['multi_label_classification', { 0: 'bank', 1: 'farm', 2: 'ship' }]);

    const model = await loadPredictor(join(directory, 'sets'), { engine, problemType: 'multi_label_classification' });
    for (const [target, message] of [
      [1, 'targets[0] expected 0 or 1 for each of the 3 labels, got 1'],
      [[1], 'targets[0] expected 0 or 1 for each of the 3 labels, got an array'],
      [[0, 1, 2], 'targets[0] expected 0 or 1 for each of the 3 labels, got an array'],
      [['farm'], /got an array; labels\.map\(\(own\) => model\.labels\.map/],
    ] as const)
      await expect(model.evaluate(['corn'], [target as never])).rejects.toThrow(message);
    const predictions = await model.predict(data.test.texts);
    expect(predictions.map((each) => names.map((name) => Number(each.labels.includes(name))))).toEqual(test.yPred);
    expect(predictions[5].scores.farm).toBeCloseTo(test.scores[16], 5);
    const all = await loadPredictor(join(directory, 'sets'), {
      engine,
      problemType: 'multi_label_classification',
      decision: { threshold: 0 },
    });
    expect((await all.predict(['the']))[0].labels).toEqual(names);
    await expect(loadPredictor(join(directory, 'sets'), { engine })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
    });
  });

  it('have to differ, and training has to know them', async () => {
    const validation = sets(8, 1);
    const wrong = (labels: string[][]) =>
      fit('wrong', {
        problemType: 'multi_label_classification',
        data: { train: { texts: labels.map(() => 'a text'), labels }, validation },
      });
    await expect(wrong([[], []])).rejects.toThrow(/texts with different labels, all 2 examples have none/);
    await expect(
      wrong([
        ['x', 'y'],
        ['y', 'x'],
      ]),
    ).rejects.toThrow(/all 2 examples have "x", "y"/);
    await expect(wrong([['x'], ['y']])).rejects.toThrow(
      /validation data: a label without a training example: .*"bank"/,
    );
  });
});

describe('a number a text', () => {
  it('is learned in its own unit, measured beside the mean, saved as transformers does, and predicted', async () => {
    const data = { train: prices(160, 1), validation: prices(40, 2), test: prices(40, 3) };
    const { summary, test, history } = await fit('prices', { problemType: 'regression', data });
    expect(summary).toMatchObject(regressionReport(data.test.labels, [...test.yPred]));
    expect(summary.r2).toBeGreaterThan(0.9);
    expect(summary.baseline?.r2).toBeLessThan(0.05);
    expect(summary.loss).toBeCloseTo(summary.mse, 1);
    expect(history.at(-1)).toMatchObject({ type: 'eval', rmse: expect.any(Number), r2: expect.any(Number) });
    const { problem_type, id2label } = json('prices', 'model', 'config.json');
    expect([problem_type, id2label]).toEqual(['regression', { 0: 'LABEL_0' }]);

    const model = await loadAnyPredictor(join(directory, 'prices'), { engine });
    if (model.problemType !== 'regression') throw new Error(model.problemType);
    const [{ value }] = await model.predict([data.test.texts[3]]);
    expect(value).toBeCloseTo(test.yPred[3], 2);
  });

  it.each<[string, number[], object, RegExp]>([
    ['no number', [1, Number.NaN], {}, /a finite number for each text, got NaN for text 1/],
    ['one number only', [3, 3], {}, /different numbers, all 2 examples are 3/],
    [
      'class weights',
      [1, 2],
      { classWeights: 'balanced' },
      /classWeights: expected another problem type than regression/,
    ],
    [
      'labels smoothed',
      [1, 2],
      { labelSmoothingFactor: 0.1 },
      /labelSmoothingFactor: expected another problem type than regression/,
    ],
  ])('is refused with %s', async (_, labels, more, message) => {
    const train = { texts: ['wheat', 'cargo'], labels };
    const refused = fit('refused', {
      problemType: 'regression',
      data: { train, validation: prices(4, 1) },
      arguments: { ...args, ...more },
    });
    await expect(refused).rejects.toThrow(message);
  });
});

describe('pairs of texts', () => {
  /** Which word comes first: words alone do not say. */
  const pairs = (count: number, seed: number) => {
    const both = Array.from({ length: count }, (_, i) => [words.farm[(i + seed) % 3], words.bank[(i * 5 + seed) % 3]]);
    const [texts, seconds] = [0, 1].map((k) => both.map((pair, i) => pair[(i + k) % 2]));
    return { texts, pairs: seconds, labels: both.map((_, i) => (i % 2 ? 'bank' : 'farm')) };
  };
  const bert = {
    model_type: 'bert',
    hidden_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 64,
  };

  it('are read together, in their order', async () => {
    const data = { train: pairs(120, 1), validation: pairs(30, 2), test: pairs(30, 3) };
    const newConfig = { ...bert, vocab_size: 300, max_position_embeddings: 64, initializer_range: 0.2 };
    const { summary, test, config } = await fit('pairs', { data, newConfig });
    expect(config.architecture).toMatchObject({ modelType: 'bert', typeVocabSize: 2 });
    expect(summary.accuracy).toBe(1);
    expect(test.texts[0]).toBe(`${data.test.texts[0]} ‖ ${data.test.pairs[0]}`);
    const model = await loadPredictor(join(directory, 'pairs'), { engine });
    const predicted = await model.predict(data.test.texts.map((text, i) => [text, data.test.pairs[i]]));
    expect(predicted.map(({ label }) => label)).toEqual(data.test.labels);
    const turned = await model.predict(data.test.texts.map((text, i) => [data.test.pairs[i], text]));
    expect(turned.map(({ label }) => label === 'bank')).toEqual(data.test.labels.map((label) => label !== 'bank'));
  });

  it('are in every part or in none', async () => {
    const { pairs: _, ...single } = pairs(8, 1);
    await expect(fit('mixed', { data: { train: pairs(8, 1), validation: single } })).rejects.toThrow(
      /pairs in every part/,
    );
  });
});
