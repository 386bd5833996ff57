import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { loadModel } from '@attune/models/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyConfig } from '../../../test/tiny';
import { toySentences } from '../../../test/toy-sentences';
import { fitTokenClassifier } from '../token/fit';
import { type Adaptation, adaptMaskedLm, learningRatesOf } from './adapt';
import { evaluateMaskedLm } from './evaluate';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-adapt-'));
afterAll(() => rmSync(directory, { recursive: true }));
const texts = (count: number, seed: number) => toySentences(count, seed).map(({ words }) => words.join(' '));
const data = { train: texts(200, 1), validation: texts(60, 2), test: texts(60, 3) };
const inOut = (...path: string[]) => join(directory, 'run', ...path);
const parametersOf = async (stage: string) =>
  (await loadModel(inOut(stage, 'model'), { task: 'masked-lm' })).parameters;

describe('adapting an encoder without a head', () => {
  let result: Adaptation;
  const common = { data, chunkLength: 16, engine };
  beforeAll(async () => {
    const labeled = { train: toySentences(20, 4), validation: toySentences(20, 5) };
    const args = { numTrainEpochs: 1 };
    const tagger = join(directory, 'tagger');
    await fitTokenClassifier({
      ...{ data: labeled, model: 'new', newConfig: tinyConfig, engine, arguments: args, out: tagger },
    });
    result = await adaptMaskedLm({
      ...{ ...common, model: join(tagger, 'model'), out: inOut() },
      arguments: { learningRate: 1e-2, warmupSteps: 100, numTrainEpochs: 4, loggingSteps: 1 },
      warmUp: { learningRate: 1e-2, numTrainEpochs: 3 },
    });
  }, 60_000);

  it('measures three models on the test part, under the same masks', async () => {
    for (const [stage, { loss }] of Object.entries({
      start: result.newHead!,
      'warm-up': result.before,
      adapted: result.after,
    })) {
      const again = await evaluateMaskedLm(inOut(stage, 'model'), data.test, { engine, chunkLength: 16 });
      expect(again.loss).toBeCloseTo(loss, 6);
    }
    const { newHead, before, after } = result;
    expect(newHead!.loss).toBeGreaterThan(before.loss);
    expect(before.loss).toBeGreaterThan(after.loss);
    expect(result.ratio).toBeCloseTo(Math.exp(after.loss - before.loss), 10);
    expect(result.headShare).toBeCloseTo((newHead!.loss - before.loss) / (newHead!.loss - after.loss), 10);
  });

  it('changes nothing but the head in the warm-up, and everything after it', async () => {
    const [start, warm, adapted] = await Promise.all(['start', 'warm-up', 'adapted'].map(parametersOf));
    const changed = (before: typeof start, after: typeof start) =>
      Object.keys(before).filter((name) => before[name].data.some((x, i) => x !== after[name].data[i]));
    expect(changed(start, warm).sort()).toEqual([
      'vocab_layer_norm.bias',
      'vocab_layer_norm.weight',
      'vocab_projector.bias',
      'vocab_transform.bias',
      'vocab_transform.weight',
    ]);
    expect(changed(warm, adapted)).toHaveLength(Object.keys(start).length);
  });

  it('says which learning rate a warm-up longer than the run reached', () => {
    const { steps } = result.adapted;
    expect(result.learningRate.asked).toBe(1e-2);
    expect(result.learningRate.reached).toBeLessThan((1e-2 * steps) / 100 + 1e-9);
    expect(result.learningRate.reached).toBeGreaterThan((1e-2 * (steps - 2)) / 100);
  });

  it('needs no warm-up where all is new', async () => {
    const out = join(directory, 'new');
    const args = { learningRate: 1e-2, numTrainEpochs: 2 };
    const { before, after, newHead, headShare } = await adaptMaskedLm({
      ...{ ...common, model: 'new', newConfig: tinyConfig, arguments: args, out },
    });
    expect([newHead, headShare, existsSync(join(out, 'warm-up'))]).toEqual([undefined, undefined, false]);
    const again = await evaluateMaskedLm(join(out, 'start'), data.test, { engine });
    expect(again.loss).toBeCloseTo(before.loss, 6);
    expect(after.loss).toBeLessThan(before.loss);
  });

  it('needs no warm-up where there is a head', async () => {
    const model = inOut('adapted'); // a run directory
    const out = join(directory, 'again');
    mkdirSync(join(out, 'start', 'model'), { recursive: true });
    const again = await adaptMaskedLm({
      ...{ ...common, model, out, overwrite: true },
      arguments: { learningRate: 1e-9, maxSteps: 1 },
    });
    expect(readdirSync(out)).toEqual(['adapted']); // what an earlier run left is gone
    expect(again.newHead).toBeUndefined();
    expect(again.before.loss).toBeCloseTo(result.after.loss, 6);
    expect(again.ratio).toBeCloseTo(1, 5);
  });
});

it('averages the rates of a log', () => {
  const line = { step: 1, epoch: 1, loss: 1, gradNorm: 1, tokensPerSecond: 1, time: 1 };
  const history = [1e-5, 3e-5, 2e-5].map((learningRate) => ({ ...line, type: 'train' as const, learningRate }));
  const { reached, mean } = learningRatesOf(history, 5e-5);
  expect([reached, mean]).toEqual([3e-5, expect.closeTo(2e-5, 12)]);
});
