import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { regressionReport } from '@attune/metrics';
import { loadModel, saveModel } from '@attune/models/node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fieldTexts, tinyConfig, tinyLlama } from '../../../test/tiny';
import type { Callback, TrainEvent } from '../../loop/events';
import { fitSequenceClassifier } from './fit';
import { loadPredictor } from './load';
import type { FitOptions } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-fit-'));
afterAll(() => rmSync(directory, { recursive: true }));

const data = { train: fieldTexts(90, 1), validation: fieldTexts(30, 2), test: fieldTexts(30, 3) };
const read = (...path: string[]) => readFileSync(join(directory, ...path), 'utf8');
const fit = (out: string, more: Partial<FitOptions> = {}) =>
  fitSequenceClassifier({
    data,
    model: 'new',
    newConfig: tinyConfig,
    arguments: { learningRate: 5e-3, numTrainEpochs: 12, maxLength: 32 },
    engine,
    out: join(directory, out),
    ...more,
  });

describe('a run', () => {
  beforeAll(() => fit('run', { provenance: { data: 'fields.csv' } }).then(() => {}));

  it('tells callbacks what happens, and how it ended', async () => {
    const log: string[] = [];
    const callback: Callback = {
      onEvent: async ({ type }) => void log.push(type),
      close: async (failure) => void log.push(failure ? `failed: ${(failure as Error).message}` : 'closed'),
    };
    const args = { numTrainEpochs: 1, loggingSteps: 3 };
    await fit('told', { arguments: args, callbacks: [callback] });
    expect(log).toEqual([
      'step',
      'step',
      'step',
      'train',
      'step',
      'step',
      'step',
      'train',
      'eval-step',
      'eval',
      'eval-step',
      'closed',
    ]);
    const stopped = fit('stopped', { callbacks: [callback], signal: AbortSignal.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
    expect(log.at(-1)).toBe('failed: enough');
  });

  it('ends soon after an async listener rejects, but keeps a model whose training was over', async () => {
    const failingAt = (wanted: string, seen: string[]) => async (event: TrainEvent) => {
      seen.push(event.type);
      if (event.type === wanted) throw new Error('upload failed');
    };
    const args = { numTrainEpochs: 50, saveStrategy: 'no' } as const;
    const [early, late]: string[][] = [[], []];
    await expect(fit('early', { arguments: args, callbacks: [{ onEvent: failingAt('step', early) }] })).rejects.toThrow(
      'upload failed',
    );
    expect(early.length).toBeLessThan(4);
    const once = { ...args, numTrainEpochs: 1 };
    await expect(fit('late', { arguments: once, onEvent: failingAt('eval', late) })).rejects.toThrow('upload failed');
    expect(existsSync(join(directory, 'late', 'model', 'model.safetensors'))).toBe(true);
  });

  it('closes each callback once, also after one that fails, and keeps the error that ended the run', async () => {
    const closed: string[] = [];
    const named = (name: string, error?: Error) => ({
      onEvent: () => {},
      close: (failure?: unknown) => {
        closed.push(`${name} ${failure === undefined ? 'ended' : (failure as Error).message}`);
        return error ? Promise.reject(error) : Promise.resolve();
      },
    });
    const callbacks = [named('a'), named('b', new Error('b fails')), named('c')];
    await expect(fit('closing', { arguments: { maxSteps: 1 }, callbacks })).rejects.toThrow('b fails');
    expect(closed).toEqual(['a ended', 'b ended', 'c ended']);
    closed.length = 0;
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(fit('ended', { callbacks, signal })).rejects.toThrow('enough');
    expect(closed).toEqual(['a enough', 'b enough', 'c enough']);
  });

  it('is alone in its directory, and keeps the model that it starts from', async () => {
    const arguments_ = { numTrainEpochs: 1 };
    const enough = new AbortController();
    const first = fit('alone', { arguments: { numTrainEpochs: 10_000 }, signal: enough.signal });
    await vi.waitUntil(() => existsSync(join(directory, 'alone', 'config.json')), { timeout: 30_000 });
    const second = fit('alone', { arguments: arguments_, overwrite: true });
    await expect(second).rejects.toMatchObject({ code: 'OUTPUT_LOCKED' });
    enough.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    await fit('alone', { arguments: arguments_, overwrite: true });
    expect(existsSync(join(directory, 'alone.lock'))).toBe(false);
    const before = read('alone', 'config.json');
    const model = join(directory, 'alone', 'model');
    const started = fit('alone', { arguments: arguments_, model, newConfig: undefined, overwrite: true });
    await expect(started).rejects.toMatchObject({ code: 'OUTPUT_HOLDS_INPUT' });
    expect([read('alone', 'config.json'), existsSync(join(model, 'model.safetensors'))]).toEqual([before, true]);
  });

  it('notes new parameters when it starts, not when it is resumed', async () => {
    const notes: string[] = [];
    const abort = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 3) abort.abort(new Error('enough'));
    };
    const labelList = [...new Set(data.train.labels), 'another'];
    const settings = { labelList, model: join(directory, 'run', 'model'), newConfig: undefined };
    const more = { ...settings, arguments: { maxSteps: 5 }, onNote: (note: string) => void notes.push(note) };
    await expect(fit('noted', { ...more, onEvent, signal: abort.signal })).rejects.toThrow('enough');
    expect(notes).toContain('newly initialized: classifier.weight, classifier.bias');
    notes.length = 0;
    await fit('noted', { ...more, resume: true });
    expect(notes).toContain('resuming after step 3');
    expect(notes.join()).not.toContain('newly initialized');
  });

  it('does not go on with another model, or with other evaluation data', async () => {
    const model = join(directory, 'started-from');
    cpSync(join(directory, 'run', 'model'), model, { recursive: true });
    const abort = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 3) abort.abort(new Error('enough'));
    };
    const settings = { arguments: { numTrainEpochs: 3, maxLength: 32 }, model, newConfig: undefined };
    await expect(fit('changed', { ...settings, onEvent, signal: abort.signal })).rejects.toThrow('enough');
    const resumed = (more: Partial<FitOptions> = {}) => fit('changed', { ...settings, resume: true, ...more });
    const others = { ...data, validation: fieldTexts(30, 9) };
    await expect(resumed({ data: others })).rejects.toMatchObject({
      code: 'DATA_CHANGED',
      message: expect.stringMatching(/expected the run's original evaluation data, got other/),
    });
    const path = join(model, 'model.safetensors');
    const [whole, changed] = [readFileSync(path), readFileSync(path)];
    changed[changed.length - 4] ^= 1;
    writeFileSync(path, changed);
    await expect(resumed()).rejects.toMatchObject({ code: 'MODEL_CHANGED' });
    writeFileSync(path, whole);
    expect((await resumed()).summary.epochs).toBe(3);
  });

  it('goes on from its checkpoint to the same bytes, or says why it cannot', async () => {
    const args = { learningRate: 5e-3, numTrainEpochs: 3, maxLength: 32, saveSteps: 4 };
    await fit('whole', { arguments: args });
    const abort = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 10) abort.abort(new Error('enough'));
    };
    await expect(fit('cut', { arguments: args, onEvent, signal: abort.signal })).rejects.toThrow('enough');
    const notes: string[] = [];
    const onNote = (note: string) => void notes.push(note);
    await fit('cut', { arguments: args, resume: true, keepCheckpoints: true, onNote });
    expect(notes).toContain('resuming after step 10');
    const weights = (run: string) => readFileSync(join(directory, run, 'model', 'model.safetensors'));
    expect(weights('cut').equals(weights('whole'))).toBe(true);

    const other = { ...data, train: { ...data.train, texts: data.train.texts.toReversed() } };
    await expect(fit('cut', { arguments: args, resume: true, data: other })).rejects.toThrow(
      /got other texts or labels/,
    );
    const [checkpoint] = readdirSync(join(directory, 'cut', 'checkpoints'));
    const model = join(directory, 'cut', 'checkpoints', checkpoint, 'model.safetensors');
    writeFileSync(model, readFileSync(model).subarray(0, 1000));
    await expect(fit('cut', { arguments: args, resume: true, onNote })).rejects.toThrow(
      /expected a checkpoint to resume from, all 1 are damaged/,
    );
    expect(notes.at(-1)).toMatch(/is damaged and skipped/);
    await expect(fit('none', { arguments: args, resume: true })).rejects.toThrow(/to resume from, found none/);
  });

  it('leaves its files behind', () => {
    expect(readdirSync(join(directory, 'run')).sort()).toEqual([
      'config.json',
      'metrics.jsonl',
      'model',
      'summary.json',
    ]);
    const summary = JSON.parse(read('run', 'summary.json'));
    expect(summary).toMatchObject({
      baseline: { accuracy: 1, macroF1: 1 },
      trainExamples: 90,
      testExamples: 30,
      epochs: 12,
      evaluatedOn: 'test',
      engine: 'onnx',
    });
    expect(summary.accuracy).toBeGreaterThan(0.9);
    expect(summary.macroF1).toBeGreaterThan(0.9);
    expect(summary.loss).toBeGreaterThan(0);
    expect(summary.tokensPerSecond).toBeGreaterThan(0);
    expect(JSON.parse(read('run', 'config.json'))).toMatchObject({
      task: 'sequence-classification',
      model: 'new',
      data: 'fields.csv',
      arguments: { learningRate: 5e-3, maxLength: 32 },
      architecture: { layers: 1, hiddenSize: 32, labels: ['bank', 'farm', 'ship'] },
    });
    const lines = read('run', 'metrics.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ type }) => type === 'eval')).toHaveLength(12);
    expect(lines.filter(({ type }) => type === 'train').length).toBeGreaterThan(1);
  });

  it('can be loaded to predict, in order, repeated and empty texts too', async () => {
    const predictor = await loadPredictor(join(directory, 'run'), { engine });
    const predictions = await predictor.predict(['cargo and vessel', 'wheat and tractor', '', 'cargo and vessel']);
    expect(predictions.map(({ label }) => label)).toEqual(['ship', 'farm', expect.any(String), 'ship']);
    expect(predictions[3]).toEqual(predictions[0]);
    const { score, label, scores } = predictions[0];
    expect(scores[label]).toBe(score);
    expect(Object.values(scores).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(await predictor.predict([])).toEqual([]);
  });

  it('can be trained further, its head kept for the same labels and made anew for others', async () => {
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    await fit('again', { model: join(directory, 'run', 'model'), onNote });
    expect(notes.join()).not.toContain('initialized');
    const relabeled = (part: typeof data.train) => ({
      texts: part.texts,
      labels: part.labels.map((label) => (label === 'ship' ? 'farm' : label)),
    });
    const two = { train: relabeled(data.train), validation: relabeled(data.validation) };
    await fit('two', { model: join(directory, 'run', 'model'), data: two, onNote });
    expect(notes).toContain('newly initialized: classifier.weight, classifier.bias');
    const summary = JSON.parse(read('two', 'summary.json'));
    expect(summary.evaluatedOn).toBe('validation');
    expect(summary.accuracy).toBeGreaterThan(0.9);
  });

  it('is left as it is by arguments that its engine cannot follow', async () => {
    const before = readdirSync(join(directory, 'run'), { recursive: true });
    const half = fit('run', { arguments: { bf16: true }, overwrite: true });
    await expect(half).rejects.toMatchObject({ code: 'ENGINE_PRECISION' });
    expect(readdirSync(join(directory, 'run'), { recursive: true })).toEqual(before);
  });

  it('is not overwritten unless asked, and then leaves other files alone', async () => {
    const before = read('run', 'summary.json');
    await expect(fit('run')).rejects.toThrow(/expected an empty or a new directory.*--overwrite/);
    expect(read('run', 'summary.json')).toBe(before);
    await fit('kept');
    writeFileSync(join(directory, 'kept', 'notes.txt'), 'mine');
    await fit('kept', { overwrite: true });
    expect(read('kept', 'notes.txt')).toBe('mine');
  });
});

describe('bad input', () => {
  const labeled = (texts: string[], labels: string[]) => ({ ...data, train: { texts, labels } });

  it.each<[string, Partial<FitOptions>, RegExp]>([
    ['one class', { data: labeled(['a', 'b'], ['x', 'x']) }, /at least two classes, all 2 examples are "x"/],
    ['only empty texts', { data: labeled(['', ' '], ['x', 'y']) }, /got only empty ones/],
    [
      'a label training lacks',
      { data: labeled(['a b', 'c d'], ['farm', 'bank']) },
      /a label without a training example: .*ship/,
    ],
    [
      'a maximum length past the positions',
      { arguments: { maxLength: 65 } },
      /at most 64, the model's positions, got 65/,
    ],
    ['an argument', { arguments: { learningRate: -1 } }, /learningRate: expected a number > 0/],
    ['a model that is nowhere', { model: 'no/such-model' }, /no\/such-model/],
    [
      'an encoder without a vocabulary',
      { newConfig: { ...tinyConfig, n_heads: 5 } },
      /heads that divide the hidden size/,
    ],
  ])('is refused before anything is written: %s', async (name, options, message) => {
    await expect(fit(name, options)).rejects.toThrow(message);
    expect(existsSync(join(directory, name))).toBe(false);
  });

  it('that can be handled is, and counted', async () => {
    const notes: string[] = [];
    const texts = [...data.train.texts, '', 'cargo '.repeat(30_000), 'a lone one'];
    const labels = [...data.train.labels, 'farm', 'ship', 'rare'];
    await fit('handled', {
      data: labeled(texts, labels),
      arguments: { numTrainEpochs: 1, maxLength: 32 },
      onNote: (note) => notes.push(note),
    });
    expect(notes.slice(0, 2)).toEqual([
      '1 empty training text dropped',
      '1 class has a single training example and will hardly be learned: "rare"',
    ]);
    expect(notes).toContain('1 of 92 training texts reaches 32 tokens and is cut there');
  });

  it('a directory that was never trained to classify cannot predict', async () => {
    await fit('headless', { arguments: { numTrainEpochs: 1 } });
    const { model, parameters } = await loadModel(join(directory, 'headless', 'model'));
    const encoder = Object.entries(parameters).filter(([name]) => name.startsWith('distilbert.'));
    await saveModel(join(directory, 'headless', 'model'), { ...model, parameters: Object.fromEntries(encoder) });
    await expect(loadPredictor(join(directory, 'headless'), { engine })).rejects.toThrow(
      /head is missing.*attune train/,
    );
  });
});

describe('a decoder that classifies', () => {
  const newConfig = { model_type: 'llama', ...tinyLlama };
  /** Shares of right labels: of the texts that were learned, and of new ones, where chance is a third. */
  const accuraciesOf = async (run: string) => {
    const predictor = await loadPredictor(join(directory, run), { engine });
    const parts = [data.train, data.test].map(async ({ texts, labels }) => {
      const predicted = await predictor.predict(texts);
      return predicted.filter(({ label }, i) => label === labels[i]).length / texts.length;
    });
    const [learned, others] = await Promise.all(parts);
    return { learned, others };
  };

  it('learns, and loads as the class of its family', async () => {
    await fit('decoder', { newConfig });
    const { architectures, model_type } = JSON.parse(read('decoder', 'model', 'config.json'));
    expect([architectures, model_type]).toEqual([['LlamaForSequenceClassification'], 'llama']);
    const { learned, others } = await accuraciesOf('decoder');
    expect(learned).toBe(1);
    expect(others).toBeGreaterThan(0.8);
  });

  it('learns by adapters, beside which its head is trained whole', async () => {
    const { model, parameters } = await loadModel(join(directory, 'decoder', 'model'));
    const score = parameters['score.weight'];
    const zeroed = { ...score, data: new Float32Array(score.data.length) };
    const base = join(directory, 'decoder-base');
    cpSync(join(directory, 'decoder', 'model'), base, { recursive: true });
    await saveModel(base, { ...model, parameters: { ...parameters, 'score.weight': zeroed } });
    const long = { learningRate: 5e-3, numTrainEpochs: 30, maxLength: 32 };
    await fit('adapted', { model: base, newConfig: undefined, lora: { r: 2 }, mergeAdapter: false, arguments: long });
    const { modules_to_save, task_type } = JSON.parse(read('adapted', 'adapter', 'adapter_config.json'));
    expect([modules_to_save, task_type]).toEqual([['score'], 'SEQ_CLS']);
    const { learned, others } = await accuraciesOf('adapted');
    expect(learned).toBe(1);
    expect(others).toBeGreaterThan(0.8);
  });

  it('learns numbers, though its head has no bias to start at their mean', async () => {
    const fields = [...new Set(data.train.labels)];
    const numbers = ({ texts, labels }: typeof data.train) => ({
      texts,
      labels: labels.map((label) => fields.indexOf(label)),
    });
    const { test } = await fitSequenceClassifier<'regression'>({
      data: { train: numbers(data.train), validation: numbers(data.validation), test: numbers(data.test) },
      ...{ problemType: 'regression', model: 'new', newConfig, engine, out: join(directory, 'numbers') },
      arguments: { learningRate: 5e-3, numTrainEpochs: 20, maxLength: 32 },
    });
    expect(regressionReport(test.yTrue, test.yPred).r2).toBeGreaterThan(0.7);
  });
});
