import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type QuantizedFormat, quantizedFormats } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { dequantizeParameters, type QuantizedModel } from '@attune/models';
import { loadModel, openSafetensors, saveModel } from '@attune/models/node';
import { loadTokenizer, saveTokenizer } from '@attune/tokenizer/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyConfig, tinyLlama } from '../../../test/tiny';
import { toySentences } from '../../../test/toy-sentences';
import type { TrainEvent } from '../../loop/events';
import { modelSourceOf } from '../run/model-place';
import { fitSequenceClassifier } from '../sequence/fit';
import { loadPredictor } from '../sequence/load';
import { fitTokenClassifier } from '../token/fit';
import { loadTagger } from '../token/load';
import { evaluateCausalLm } from './evaluate';
import { type CausalLmFitResult, fitCausalLm } from './fit';
import { loadGenerator } from './load';
import type { CausalLmFitOptions } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-quantized-'));
afterAll(() => rmSync(directory, { recursive: true }));

const texts = (count: number, seed: number) =>
  toySentences(count, seed).map(({ words, tags }) => ({
    prompt: `text: ${words.join(' ')}\nskills:`,
    completion: ` ${words.filter((_, i) => tags[i] !== 'O').join(' ')}`,
  }));
const data = { train: texts(64, 1), validation: texts(24, 2) };
const place = (...path: string[]) => join(directory, ...path);
const json = (...path: string[]) => JSON.parse(readFileSync(place(...path), 'utf8'));
const lora = { r: 4, alpha: 8, targetModules: 'all-linear' };
const base = place('base', 'model');
const fit = (out: string, more: Partial<CausalLmFitOptions> = {}) =>
  fitCausalLm({
    ...{ data, model: base, lora, engine, out: place(out) },
    arguments: { learningRate: 1e-2, numTrainEpochs: 1 },
    ...more,
  });

/** The numbers in the adapter of a run, by PEFT's names. */
async function adapterOf(run: string): Promise<Record<string, Float32Array>> {
  const weights = await openSafetensors(place(run, 'adapter', 'adapter_model.safetensors'));
  const names = [...weights.tensors.keys()];
  const read = await Promise.all(names.map(async (name) => [name, (await weights.read(name)).data]));
  await weights.close();
  return Object.fromEntries(read);
}

/** A copy of the base with the numbers that its codes stand for. */
async function dequantizedBase(format: QuantizedFormat): Promise<string> {
  const { model, parameters } = await loadModel(base, { task: 'causal-lm', quantize: format });
  const path = place(`base-${format}`);
  const whole = dequantizeParameters(model as QuantizedModel, parameters);
  mkdirSync(path);
  await saveModel(path, { config: model.config, task: 'causal-lm', parameters: whole });
  await saveTokenizer(await loadTokenizer(base), path);
  return path;
}

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

beforeAll(async () => {
  await fit('base', { model: 'new', newConfig: tinyLlama, lora: undefined });
}, 60_000);

describe.each(quantizedFormats)('adapters beside a base in %s', (format) => {
  it('learn what they learn beside the numbers that its codes stand for', async () => {
    const run = { arguments: { learningRate: 1e-2, maxSteps: 4, perDeviceTrainBatchSize: 8 } };
    await fit(`codes-${format}`, { ...run, quantize: format });
    await fit(`plain-${format}`, { ...run, model: await dequantizedBase(format) });
    const [own, expected] = [await adapterOf(`codes-${format}`), await adapterOf(`plain-${format}`)];
    expect(Object.keys(own)).toEqual(Object.keys(expected));
    expect(Object.keys(own)).toHaveLength(14);
    for (const [name, values] of Object.entries(expected)) {
      const difference = largest(values.map((value, i) => value - own[name][i]));
      expect(difference / largest(values), name).toBeLessThan(1e-4);
    }
  }, 60_000);
});

describe('a run beside a quantized base', () => {
  const notes: string[] = [];
  let run: CausalLmFitResult;
  beforeAll(async () => {
    run = await fit('run', { quantize: 'int4', onNote: (note) => notes.push(note) });
  }, 60_000);
  const held = texts(24, 2);

  it('leaves adapters, what goes with them, and no whole model', () => {
    expect(existsSync(place('run', 'model'))).toBe(false);
    expect(readdirSync(place('run', 'adapter')).sort()).toEqual([
      ...['adapter_config.json', 'adapter_model.safetensors', 'attune.json'],
      ...['special_tokens_map.json', 'tokenizer.json', 'tokenizer_config.json'],
    ]);
    expect(json('run', 'config.json')).toMatchObject({ model: base, quantize: 'int4', lora });
    expect(json('run', 'adapter', 'attune.json').summary).toEqual(json('run', 'summary.json'));
    expect(notes.at(-1)).toMatch(/adapter holds the trained adapters, and no model\/ is written: loading .*, in int4;/);
    expect(() => modelSourceOf(place('run'))).toThrow(expect.objectContaining({ code: 'MODEL_UNMERGED' }));
  });

  it('is measured and written with as it was trained, from its directory, the adapter alone, or merged', async () => {
    const { examples: _, ...metrics } = await evaluateCausalLm(place('run'), held, { engine });
    expect(run.summary).toMatchObject(metrics);
    const plain = { engine, maxLength: run.summary.maxLength };
    const bare = await evaluateCausalLm(base, held, { ...plain, quantize: 'int4' });
    expect(bare.loss).toBeGreaterThan(metrics.loss + 0.01);
    const adapter = place('run', 'adapter');
    const named = await evaluateCausalLm(base, held, { ...plain, adapter, quantize: 'int4' });
    expect(named.loss).toBe(metrics.loss);
    const float = await evaluateCausalLm(base, held, { ...plain, adapter });
    expect(Math.abs(float.loss - metrics.loss)).toBeGreaterThan(1e-5);

    const merged = await fit('merged', { quantize: 'int4', mergeAdapter: true });
    expect(readdirSync(place('merged', 'adapter'))).toHaveLength(2);
    expect(merged.summary.loss).toBeCloseTo(metrics.loss, 5);
    const prompts = held.slice(0, 8).map(({ prompt }) => prompt);
    const written = [];
    for (const source of [place('run'), adapter, place('merged')]) {
      const writer = await loadGenerator(source, { engine });
      written.push(await writer.generate(prompts, { maxNewTokens: 10 }));
    }
    expect(written[1]).toEqual(written[0]);
    expect(written[2]).toEqual(written[0]);
  }, 60_000);

  it('goes on from a checkpoint of adapters alone, to the same bytes', async () => {
    const args = { learningRate: 1e-2, numTrainEpochs: 1, saveSteps: 1, saveStrategy: 'steps' } as const;
    const abort = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 2) abort.abort(new Error('enough'));
    };
    const again = { quantize: 'int4', arguments: args } as const;
    await expect(fit('again', { ...again, onEvent, signal: abort.signal })).rejects.toThrow('enough');
    const [checkpoint] = readdirSync(place('again', 'checkpoints'));
    const weights = await openSafetensors(place('again', 'checkpoints', checkpoint, 'model.safetensors'));
    await weights.close();
    expect([...weights.tensors.keys()].filter((name) => !/lora_[AB]/.test(name))).toEqual([]);
    await fit('again', { ...again, resume: true });
    expect(await adapterOf('again')).toEqual(await adapterOf('run'));
  }, 60_000);

  it('keeps whole what is trained whole', async () => {
    const whole = { ...lora, targetModules: ['v_proj'], modulesToSave: ['q_proj'] };
    const args = { learningRate: 1e-2, maxSteps: 2 };
    const { summary } = await fit('saved', { quantize: 'nf4', lora: whole, arguments: args });
    expect(summary.trainableParameters).toBe(32 * 32 + 4 * (32 + 16));
    expect(Object.keys(await adapterOf('saved')).filter((name) => name.endsWith('q_proj.weight'))).toHaveLength(1);
    expect((await evaluateCausalLm(place('saved'), held, { engine })).loss).toBe(summary.loss);
  });

  it('may be left beside a base in float32, too', async () => {
    const { summary } = await fit('beside', { mergeAdapter: false, arguments: { maxSteps: 2 } });
    expect(existsSync(place('beside', 'model'))).toBe(false);
    expect((await evaluateCausalLm(place('beside'), held, { engine })).loss).toBe(summary.loss);
  });

  it.each<[string, Partial<CausalLmFitOptions>, string, RegExp]>([
    ['codes to train', { lora: undefined }, 'LORA_INVALID', /quantize: expected lora.*add lora/],
    ['a new model', { model: 'new', newConfig: tinyLlama }, 'LORA_INVALID', /expected a trained model, got "new"/],
    ['a new model alone', { model: 'new', lora: undefined }, 'LORA_INVALID', /quantize: expected lora/],
    ['another format', { quantize: 'int3' as 'int4' }, 'QUANTIZE_FORMAT', /expected int8, int4, nf4, got "int3"/],
    [
      'a merge of nothing',
      { lora: undefined, quantize: undefined, mergeAdapter: true },
      'LORA_INVALID',
      /mergeAdapter: expected lora/,
    ],
  ])('refuses %s before anything is written', async (_, more, code, message) => {
    await expect(fit('refused', { quantize: 'int4', ...more })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(existsSync(place('refused'))).toBe(false);
  });

  it('refuses a second adapter, and to be what it is not', async () => {
    const adapter = place('merged', 'adapter');
    await expect(loadGenerator(place('run'), { engine, adapter })).rejects.toMatchObject({ code: 'ADAPTER_BASE' });
    await expect(loadTagger(place('run'), { engine })).rejects.toMatchObject({
      code: 'MODEL_TASK',
      message: expect.stringMatching(/expected a model for token-classification, got one for causal-lm/),
    });
  });
});

describe('an encoder in 4 bits', () => {
  const sentences = toySentences(60, 3);
  const labeled = {
    texts: sentences.map(({ words }) => words.join(' ')),
    labels: sentences.map(({ tags }) => tags[0]),
  };
  const own = { r: 2, alpha: 4, targetModules: ['q_lin', 'v_lin'] };
  const more = { engine, arguments: { maxSteps: 6, learningRate: 1e-2, maxLength: 32 } };
  const encoder = place('encoder', 'model');
  const parts = { train: sentences, validation: sentences };

  it('is a tagger and a classifier with a head trained whole, and both load beside it', async () => {
    await fitTokenClassifier({ ...more, data: parts, model: 'new', newConfig: tinyConfig, out: place('encoder') });
    const adapted = { ...more, model: encoder, lora: own, quantize: 'nf4' } as const;
    const { summary } = await fitTokenClassifier({ ...adapted, data: parts, out: place('tagger') });
    const tagger = await loadTagger(place('tagger'), { engine });
    const { f1, accuracy } = await tagger.evaluate(sentences);
    expect({ f1, accuracy }).toEqual({ f1: summary.f1, accuracy: summary.accuracy });
    await expect(loadTagger(place('tagger'), { engine, precision: 'int8' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringMatching(/precision: expected fp32 for a model with separate adapters/),
    });
    const classified = { train: labeled, validation: labeled };
    const baseline = 'none' as const;
    const run = await fitSequenceClassifier({ ...adapted, baseline, data: classified, out: place('classifier') });
    const predictor = await loadPredictor(place('classifier'), { engine });
    const predicted = await predictor.predict(labeled.texts);
    const right = predicted.filter(({ label }, i) => label === labeled.labels[i]).length;
    expect(right / labeled.texts.length).toBeCloseTo(run.summary.accuracy, 10);
    expect(predictor.labels).toEqual([...new Set(labeled.labels)].sort());
  }, 60_000);
});
