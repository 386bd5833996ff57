import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { loadModel } from '@attune/models/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluatedLast } from '../../../test/evaluated-last';
import { tinyConfig } from '../../../test/tiny';
import { toySentences } from '../../../test/toy-sentences';
import type { EvaluationEvent, TrainEvent } from '../../loop/events';
import { fitTokenClassifier } from '../token/fit';
import { evaluateMaskedLm } from './evaluate';
import { fitMaskedLm, type MaskedLmFitResult } from './fit';
import type { MaskedLmFitOptions } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-mlm-'));
afterAll(() => rmSync(directory, { recursive: true }));

const texts = (count: number, seed: number) => toySentences(count, seed).map(({ words }) => words.join(' '));
const data = { train: texts(200, 1), validation: texts(60, 2) };
const json = (...path: string[]) => JSON.parse(readFileSync(join(directory, ...path), 'utf8'));
const fit = (out: string, more: Partial<MaskedLmFitOptions> = {}) =>
  fitMaskedLm({
    data,
    model: 'new',
    newConfig: tinyConfig,
    chunkLength: 16,
    arguments: { learningRate: 1e-2, numTrainEpochs: 4 },
    engine,
    out: join(directory, out),
    ...more,
  });

describe('a run of masked language modeling', () => {
  let result: MaskedLmFitResult;
  const events: TrainEvent[] = [];
  beforeAll(async () => {
    result = await fit('run', { onEvent: (event) => events.push(event) });
  }, 60_000);

  it('learns, and reports perplexity', () => {
    const { summary, history } = result;
    const evaluations = history.filter(({ type }) => type === 'eval') as EvaluationEvent[];
    expect(summary.perplexity).toBeCloseTo(Math.exp(summary.loss), 10);
    expect(summary.loss).toBe(Math.min(...evaluations.map(({ loss }) => loss!)));
    expect(summary.loss).toBeLessThan(evaluations[0].loss! - 0.3);
    // 200 texts of 6 words and two special tokens each.
    expect(json('run', 'summary.json')).toMatchObject({
      ...{ chunks: 100, testChunks: 30, chunkLength: 16, trainExamples: 200, testExamples: 60 },
      ...{ evaluatedOn: 'validation', epochs: 4 },
    });
    expect(json('run', 'model', 'config.json').architectures).toEqual(['DistilBertForMaskedLM']);
    expect(json('run', 'config.json')).toMatchObject({
      ...{ task: 'masked-lm', chunkLength: 16, mlmProbability: 0.15, wholeWord: false },
    });
  });

  it('counts the chunks of the last evaluation', () => {
    expect(evaluatedLast(events)).toEqual([30]);
  });

  it('evaluates to the same metrics afterwards, and to others under other masks', async () => {
    const run = join(directory, 'run');
    const after = await evaluateMaskedLm(run, data.validation, { engine });
    const { loss, perplexity, accuracy } = result.summary;
    expect(after).toEqual({ loss, perplexity, accuracy, examples: 60, chunks: 30 });
    const other = await evaluateMaskedLm(join(run, 'model'), data.validation, { engine, seed: 1 });
    expect(other.loss).not.toBe(loss);
    expect(Math.abs(other.loss - loss)).toBeLessThan(0.5);
  });

  it('warms up a new head over a frozen body', async () => {
    const labeled = toySentences(20, 4);
    await fitTokenClassifier({
      ...{ data: { train: labeled, validation: labeled }, model: 'new', newConfig: tinyConfig, engine },
      ...{ arguments: { numTrainEpochs: 1 }, out: join(directory, 'tagger') },
    });
    const body = join(directory, 'tagger', 'model');
    await expect(evaluateMaskedLm(body, data.validation, { engine })).rejects.toThrow(
      /expected a masked language model, its head is missing/,
    );
    const notes: string[] = [];
    const args = { learningRate: 1e-2, numTrainEpochs: 2, freeze: ['distilbert.*'] };
    const { history } = await fit('warm', { model: body, arguments: args, onNote: (note) => notes.push(note) });
    expect(notes.join()).toMatch(/newly initialized: .*vocab_transform/);
    const [before, after] = [
      await loadModel(body, { task: 'masked-lm' }),
      await loadModel(join(directory, 'warm', 'model'), { task: 'masked-lm' }),
    ];
    expect(after.initialized).toEqual([]);
    for (const [name, { data: values }] of Object.entries(after.parameters))
      if (name.startsWith('distilbert.')) expect(values).toEqual(before.parameters[name].data);
    const evaluations = history.filter(({ type }) => type === 'eval') as EvaluationEvent[];
    expect(evaluations[1].loss).toBeLessThan(evaluations[0].loss!);
  });

  it('goes on from a checkpoint to the same bytes', async () => {
    const args = { learningRate: 5e-3, numTrainEpochs: 2, saveSteps: 4 };
    await fit('whole', { arguments: args, wholeWord: true });
    const abort = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 9) abort.abort(new Error('enough'));
    };
    const cut = { arguments: args, wholeWord: true };
    await expect(fit('cut', { ...cut, onEvent, signal: abort.signal })).rejects.toThrow('enough');
    await fit('cut', { ...cut, resume: true });
    const weights = (run: string) => readFileSync(join(directory, run, 'model', 'model.safetensors'));
    expect(weights('cut').equals(weights('whole'))).toBe(true);
    expect(weights('cut').equals(weights('run'))).toBe(false);
  });

  it.each<[string, Partial<MaskedLmFitOptions>, RegExp]>([
    ['too long chunks', { chunkLength: 65 }, /chunkLength: expected an integer from 3 to 64/],
    ['a part without a chunk', { data: { ...data, validation: ['we'] } }, /validation data: .*at least 16 tokens/],
    ['a probability out of range', { mlmProbability: 0 }, /mlmProbability: expected a number in \(0, 1\], got 0/],
    [
      'label smoothing',
      { arguments: { labelSmoothingFactor: 0.1 } },
      /labelSmoothingFactor: expected a task that uses it, got masked/,
    ],
  ])('refuses %s before anything is written', async (_, more, message) => {
    await expect(fit('refused', more)).rejects.toThrow(message);
    expect(() => readFileSync(join(directory, 'refused', 'config.json'))).toThrow();
  });
});
