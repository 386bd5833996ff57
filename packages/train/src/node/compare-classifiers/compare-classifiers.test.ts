import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tuneBaseline } from '@attune/baseline';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, expect, it } from 'vitest';
import { fieldTexts, tinyConfig } from '../../testing/tiny';
import { loadPredictor } from '../predictor';
import { compareClassifiers } from './compare-classifiers';

const out = mkdtempSync(join(tmpdir(), 'attune-compare-'));
afterAll(() => rmSync(out, { recursive: true }));

it('scores the same texts by all, each as it would alone', async () => {
  const engine = openOnnxEngine();
  const [train, validation, { texts: test }] = [60, 30, 20].map((count, i) => fieldTexts(count, i + 1));
  const { scores, chosen } = await compareClassifiers({
    ...{ data: { train, validation, test }, model: 'new', newConfig: tinyConfig, engine, out },
    arguments: { numTrainEpochs: 1, maxLength: 32 },
    learningRates: [1e-6, 5e-3],
  });
  for (const rate of ['0.000001', '0.005']) expect(existsSync(join(out, `rate-${rate}`, 'summary.json'))).toBe(true);
  const predictor = await loadPredictor(join(out, `rate-${chosen.learningRate}`), { engine });
  expect(scores.transformer).toEqual((await predictor.predict(test)).map((own) => own.scores));
  await predictor.close();
  const { baseline, best } = tuneBaseline(train, validation, { metric: 'macroF1' });
  expect(scores.tfidf).toEqual(baseline.predict(test).map((own) => own.scores));
  expect([chosen.tfidfC, chosen.tfidfWords]).toEqual([best.C, best.ngramRange[1]]);
  const counted = (label: string) => train.labels.filter((own) => own === label).length / train.labels.length;
  for (const own of scores.majority)
    for (const [label, share] of Object.entries(own)) expect(share).toBeCloseTo(counted(label), 12);
  for (const own of scores.embeddings) expect(Object.values(own).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
}, 60_000);
