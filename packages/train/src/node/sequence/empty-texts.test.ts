import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCpuEngine } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, expect, it } from 'vitest';
import { fieldTexts, tinyConfig } from '../../../test/tiny';
import { fitSequenceClassifier } from './fit';
import { loadPredictor } from './load';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-empty-'));
afterAll(() => rmSync(directory, { recursive: true }));

it('reads an empty text of a tokenizer without special tokens alike on every engine, in training too', async () => {
  const data = { train: fieldTexts(24, 1), validation: fieldTexts(6, 2) };
  const shared = { engine, arguments: { numTrainEpochs: 1, maxLength: 32 }, baseline: 'none' as const };
  const first = join(directory, 'first');
  await fitSequenceClassifier({ ...shared, data, model: 'new', newConfig: tinyConfig, out: first });
  const model = join(first, 'model');
  const file = join(model, 'tokenizer.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), post_processor: null }));
  const scores = await Promise.all(
    [engine, openCpuEngine()].map(async (own) => {
      const predictor = await loadPredictor(model, { engine: own });
      const predictions = [...(await predictor.predict(['', 'wheat'])), ...(await predictor.predict(['']))];
      await predictor.close();
      return predictions.map(({ score }) => score);
    }),
  );
  scores[0].forEach((score, i) => expect(score).toBeCloseTo(scores[1][i], 5));
  expect(scores[0][2]).toBeCloseTo(scores[0][0], 6);
  const { texts, labels } = data.validation;
  const validation = { texts: ['', ...texts.slice(1)], labels };
  const { summary } = await fitSequenceClassifier({
    ...{ ...shared, data: { train: data.train, validation }, model, out: join(directory, 'second') },
  });
  expect(summary.testExamples).toBe(6);
});
