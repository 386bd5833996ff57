import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tuneBaseline } from '@attune/baseline';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, expect, it } from 'vitest';
import { fieldTexts, tinyConfig } from '../../../test/tiny';
import type { PreparedModel } from '../model/prepare';
import { averagedEmbeddings, compareClassifiers, tuneEmbeddingBaseline } from './compare-classifiers';
import { loadPredictor } from './load';

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

const ids: Readonly<Record<string, number>> = { a: 1, b: 2 };
const prepared = {
  parameters: {
    'distilbert.embeddings.word_embeddings.weight': {
      data: Float32Array.of(0, 0, 0.01, 0.02, 0.03, 0.06),
      shape: [3, 2],
    },
  },
  model: { config: { hiddenSize: 4 } }, // an ELECTRA's embeddings are narrower
  tokenizer: {
    encodeBatch: (texts: readonly string[]) => {
      const rows = texts.map((text) => text.split(' ').flatMap((word) => ids[word] ?? []));
      const starts = Int32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]);
      return { ids: Int32Array.from(rows.flat()), starts };
    },
  },
} as unknown as PreparedModel;

it('averages the embedding rows of a text', () => {
  const means = averagedEmbeddings(prepared, ['a b', 'b', '']);
  [0.02, 0.04, 0.03, 0.06, 0, 0].forEach((value, i) => expect(means[i]).toBeCloseTo(value, 8));
});

it('tells texts apart by them, with the penalty that is best on others', () => {
  const train = { texts: ['a', 'a a', 'b', 'b b'], labels: ['low', 'low', 'high', 'high'] };
  const baseline = tuneEmbeddingBaseline(prepared, train, { texts: ['b', 'a'], labels: ['high', 'low'] });
  const [ofB, ofA] = baseline.predict(['b', 'a']).map(({ scores }) => scores);
  expect(ofB.high).toBeGreaterThan(0.5);
  expect(ofA.low).toBeGreaterThan(0.5);
  expect(ofA.low + ofA.high).toBeCloseTo(1, 12);
  expect(baseline.C).toBe(10); // all are right: of equals, the first
});
