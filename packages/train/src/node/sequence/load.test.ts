import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyOf, openCpuEngine, uniform } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { initialize, parseModelConfig, type Sequence, sequenceClassifier } from '@attune/models';
import { saveModel } from '@attune/models/node';
import { type Tokenizer, trainWordPiece } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldTexts } from '../../../test/tiny';
import { meanLoss } from '../../tasks/sequence/problems';
import { loadPredictor } from './load';
import type { PredictorOptions } from './options';
import { predictorOf } from './predictor';

const [onnx, cpu] = [openOnnxEngine(), openCpuEngine()];
const directory = mkdtempSync(join(tmpdir(), 'attune-predictor-'));
afterAll(() => rmSync(directory, { recursive: true }));

const labels = ['bank', 'farm', 'ship'];
const words = [...new Set(fieldTexts(60, 1).texts.join(' ').split(' '))];

/** Texts of 0 to 90 words, some of them cut at 64 tokens. */
const texts = Array.from({ length: 120 }, (_, i) =>
  Array.from(
    { length: Math.floor(i < 100 ? i / 4 : 90 * uniform(keyOf(1, i))) },
    (_, j) => words[Math.floor(words.length * uniform(keyOf(2, i, j)))],
  ).join(' '),
);

/** A model with random weights of a size that makes its scores differ. */
async function saveTiny(name: string, config: Readonly<Record<string, unknown>>): Promise<{ tokenizer: Tokenizer }> {
  const tokenizer = trainWordPiece(words, { vocabSize: 300 });
  const parsed = parseModelConfig({ ...config, vocab_size: tokenizer.vocabSize, initializer_range: 0.3 }, 'tiny');
  const model = sequenceClassifier({ ...parsed, labels, maxPositions: 64 });
  mkdirSync(join(directory, name));
  await saveModel(join(directory, name), { ...model, parameters: initialize(model.specs, model.config, 3) });
  await saveTokenizer(tokenizer, join(directory, name));
  return { tokenizer };
}

const scoresOf = (predictions: readonly { scores: Readonly<Record<string, number>> }[]) =>
  predictions.flatMap(({ scores }) => labels.map((label) => scores[label]));

describe.each([
  ['bert', { num_hidden_layers: 2, hidden_size: 32, num_attention_heads: 2, intermediate_size: 64 }],
  ['distilbert', { n_layers: 2, dim: 32, n_heads: 2, hidden_dim: 64 }],
])('predictions of a %s', (modelType, size) => {
  beforeAll(() => saveTiny(modelType, { model_type: modelType, ...size }).then(() => {}));
  const load = (options: PredictorOptions) => loadPredictor(join(directory, modelType), options);

  it('through the exported graph are those of the packed program, however they are batched', async () => {
    const [packed, padded] = [await load({ engine: cpu }), await load({ engine: onnx })];
    const expected = scoresOf(await packed.predict(texts));
    const spread = Math.max(...expected) - Math.min(...expected);
    expect(spread).toBeGreaterThan(0.3); // or anything would be near
    const whole = await padded.predict(texts);
    expect(largestDifference(scoresOf(whole), expected).absolute).toBeLessThan(1e-5);
    const one = await load({ engine: onnx, batchSize: 1, threads: 1 });
    expect(largestDifference(scoresOf(await one.predict(texts)), expected).absolute).toBeLessThan(1e-5);
    const apart = [...(await padded.predict(texts.slice(0, 7))), ...(await padded.predict(texts.slice(7)))];
    expect(largestDifference(scoresOf(apart), expected).absolute).toBeLessThan(1e-5);
    await Promise.all([packed, padded, one].map((predictor) => predictor.close()));
  });

  it('are near with 8-bit weights', async () => {
    const [exact, near] = [await load({ engine: onnx }), await load({ engine: onnx, precision: 'int8' })];
    const expected = scoresOf(await exact.predict(texts));
    const { absolute } = largestDifference(scoresOf(await near.predict(texts)), expected);
    expect(absolute).toBeLessThan(0.15);
    expect(absolute).toBeGreaterThan(1e-5); // or it was not asked for
    await Promise.all([exact, near].map((predictor) => predictor.close()));
  });

  it('are evaluated alike, repeated texts and all', async () => {
    const twice = [...texts, ...texts.slice(0, 9)];
    const targets = twice.map((_, i) => i % 3);
    const [packed, padded] = [await load({ engine: cpu }), await load({ engine: onnx })];
    const [expected, got] = [await packed.evaluate(twice, targets), await padded.evaluate(twice, targets)];
    expect(largestDifference(got.logits, expected.logits).absolute).toBeLessThan(3e-5);
    expect(got.logits.slice(-27)).toEqual(got.logits.slice(0, 27));
    expect(got.loss).toBeCloseTo(expected.loss, 5);
    expect(got.loss).toBe(meanLoss(got.logits, targets, padded.config));
    await padded.close();
    await expect(padded.predict(['corn'])).rejects.toThrow();
  });

  it('in 8 bits are refused on an engine without them', async () => {
    await expect(load({ engine: cpu, precision: 'int8' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: 'precision: expected fp32 on the engine "cpu", got int8; remove it, or use the engine onnx',
    });
  });
});

describe('a predictor', () => {
  it('computes each text of a call once, keeps the order, and counts what is cut', async () => {
    const { tokenizer } = await saveTiny('spied', { model_type: 'distilbert', n_layers: 1, dim: 32, n_heads: 2 });
    const seen: number[] = [];
    const cut: number[][] = [];
    /** The output is the length of the text. */
    const of = async (sequences: readonly Sequence[]) => {
      seen.push(sequences.length);
      return Float32Array.from(sequences, ({ ids }) => ids.length);
    };
    const config = parseModelConfig({ model_type: 'distilbert', num_labels: 1 }, 'spied');
    const onTruncated = (...counted: number[]) => cut.push(counted);
    const predictor = predictorOf({
      logits: { of },
      tokenizer,
      config, // one output: a regression
      maxLength: 4,
      onTruncated,
    });
    const [short, long] = ['a', 'wheat loan cargo wheat loan'];
    const predictions = await predictor.predict([long, short, long, '', short, long]);
    expect(predictions).toEqual([4, 3, 4, 2, 3, 4].map((value) => ({ value })));
    expect([seen, cut]).toEqual([[3], [[1, 4]]]);
    expect([...(await predictor.evaluate([short, short], [0, 0])).logits]).toEqual([3, 3]);
    expect([await predictor.predict([]), seen]).toEqual([[], [3, 1]]);
    await expect(predictor.evaluate([], [])).rejects.toThrow('evaluate: expected texts, got none');
    const broken = predictorOf({
      logits: { of: async () => Float32Array.of(Number.NaN) },
      tokenizer,
      config,
      maxLength: 4,
    });
    for (const call of [() => broken.predict([short]), () => broken.evaluate([short], [0])])
      await expect(call()).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' });
  });
});
