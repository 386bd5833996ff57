import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tuneBaseline } from '@attune/baseline';
import { openOnnxEngine } from '@attune/engine/node';
import type { ProblemType } from '@attune/models';
import { afterAll, describe, expect, it } from 'vitest';
import { tinyConfig } from '../../../test/tiny';
import { type BaselineMode, baselineNeeds, baselineOf, orNoBaseline } from './baseline';
import { fitSequenceClassifier } from './fit';
import type { FitOptions } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-baseline-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Who lends to whom is in the order of two words: pairs of words tell, single words do not. */
function lent(count: number, seed: number) {
  const lends = Array.from({ length: count }, (_, i) => ((i * 7 + seed) >> 1) % 2 === 0);
  const texts = lends.map(
    (yes, i) => `${['the', 'one', 'that'][(i + seed) % 3]} ${yes ? 'bank farm' : 'farm bank'} loan`,
  );
  return { texts, labels: lends.map((yes) => (yes ? 'bank' : 'farm')) };
}

const data = { train: lent(120, 0), validation: lent(30, 1), test: lent(60, 2) };
const fit = (out: string, more: Partial<FitOptions>) =>
  fitSequenceClassifier({
    arguments: { learningRate: 5e-3, numTrainEpochs: 1, maxLength: 16 },
    model: 'new',
    newConfig: tinyConfig,
    engine,
    data,
    ...more,
    out: join(directory, out),
  });

describe('the yardstick of a run', () => {
  it('is tuned on the validation part, and mixed with the model', async () => {
    const { summary, baseline } = await fit('tuned', { baseline: 'tuned', mixBaseline: true });
    const { best, baseline: own } = tuneBaseline(data.train, data.validation, { sublinearTf: true });
    expect(best).toMatchObject({ ngramRange: [1, 2], score: 1 });
    expect(summary.baselineOptions).toEqual({ C: best.C, ngramRange: [1, 2] });
    const expected = own.predict(data.test.texts).map(({ label }) => own.labels.indexOf(label));
    expect([...(baseline?.yPred ?? [])]).toEqual(expected);
    expect(summary.baseline).toEqual({ accuracy: 1, macroF1: 1 });
    expect(summary.difference?.accuracy.estimate).toBeCloseTo(summary.accuracy - 1, 12);
    expect(summary.difference?.macroF1.estimate).toBeCloseTo(summary.macroF1 - 1, 12);
    expect(summary.mix?.accuracy).toBe(1);
    expect(JSON.parse(readFileSync(join(directory, 'tuned', 'summary.json'), 'utf8'))).toMatchObject({
      mix: summary.mix,
      difference: summary.difference,
    });
  });

  it('is left out, with a note, where labels times words are too many', () => {
    const labels = Array.from({ length: 9000 }, (_, i) => `label ${i}`);
    const texts = labels.map((_, i) => `word${i}`);
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const given = { train: { texts, labels }, truth: { texts, targets: [] }, labels };
    const compute = () => baselineOf('single_label_classification', given);
    expect(orNoBaseline(compute, { needed: 0, onNote })).toBeUndefined();
    expect(notes).toEqual([expect.stringMatching(/^no baseline: .*got 9,000 columns of 9,000 classes/)]);
  });

  it('is left out where it is not wanted', async () => {
    const { summary, baseline } = await fit('none', { baseline: 'none' });
    expect(baseline).toBeUndefined();
    expect(summary).not.toHaveProperty('baseline');
    expect(summary).not.toHaveProperty('difference');
  });

  it.each([
    [{ baseline: 'none', mixBaseline: true }, "mixBaseline: expected a baseline, got 'none'"],
    [{ baseline: 'tuned', data: { ...data, validation: undefined } }, 'baseline: expected a validation part'],
    [
      { mixBaseline: true, problemType: 'regression' as 'single_label_classification' },
      'mixBaseline: expected one label per text, got regression',
    ],
  ] as const)('is refused where it cannot be had: %j', async (more, message) => {
    await expect(fit('refused', more)).rejects.toThrow(message);
  });
});

describe('a baseline that fails', () => {
  const tried = (compute: () => unknown, { needed = 1e6, free = 1e12 } = {}) => {
    const notes: string[] = [];
    const result = orNoBaseline(compute, { needed, free, onNote: (note) => notes.push(note) });
    return { result, notes };
  };

  it('is a note, whatever it fails of', () => {
    expect(tried(() => 7)).toEqual({ result: 7, notes: [] });
    const tooLarge = tried(() => new Float64Array(2 ** 45), { needed: 12e9 });
    expect(tooLarge).toEqual({
      result: undefined,
      notes: ['no baseline: it takes up to 12.0 GB of memory, more than is free; fewer labels or texts need less'],
    });
    const failing = () => {
      throw new RangeError('Array buffer allocation failed');
    };
    expect(tried(failing).notes).toEqual([expect.stringContaining('more than is free')]);
    const other = () => {
      throw new Error('something else');
    };
    expect(tried(other)).toEqual({ result: undefined, notes: ['no baseline: something else'] });
  });

  it('is not tried where it takes more memory than is free', () => {
    expect(tried(() => 7, { needed: 12e9, free: 3e9 })).toEqual({
      result: undefined,
      notes: ['no baseline: it takes up to 12.0 GB of memory, 3.0 GB are free; fewer labels or texts need less'],
    });
  });

  it('knows that a label of no training text, or of every one, is certain', () => {
    const texts = ['wheat corn', 'loans wheat', 'corn'];
    const labels = ['every', 'farm', 'none'];
    const train = { texts, labels: [['every', 'farm'], ['every'], ['every', 'farm']] };
    const truth = { texts: ['corn'], targets: [[1, 1, 0]] };
    const { predictions } = baselineOf('multi_label_classification', { train, truth, labels } as never)!;
    const [every, farm, none] = predictions.scores;
    expect([every, farm > 0.5, none]).toEqual([1, true, 0]);
    expect(predictions.yPred).toEqual([[1, 1, 0]]);
  });

  it('is counted by its words and labels', () => {
    const texts = ['wheat corn', 'loans wheat'];
    const of = (problemType: ProblemType, baseline?: BaselineMode) =>
      baselineNeeds(problemType, { texts, labels: ['a', 'b', 'c'], baseline });
    const single = of('single_label_classification');
    expect(single).toBe(30 * 8 * (3 + 1) * 3 + 75 * 4 + 200 * 3);
    expect(of('single_label_classification', 'tuned')).toBeGreaterThan(single);
    expect(of('multi_label_classification')).toBeLessThan(single);
    expect([of('single_label_classification', 'none'), of('regression')]).toEqual([0, 0]);
  });
});
