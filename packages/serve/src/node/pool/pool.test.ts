import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCpuEngine } from '@attune/engine';
import { fitCausalLm, fitSequenceClassifier, fitTokenClassifier, loadPredictor, loadTagger } from '@attune/train/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundledWorker } from '../../../test/worker-program';
import type { PredictorPool } from './options';
import { openPredictorPool } from './pool';

const directory = mkdtempSync(join(tmpdir(), 'attune-pool-'));
const run = (name: string) => join(directory, name);
let pool: PredictorPool;

beforeAll(async () => {
  const shared = { engine: openCpuEngine(), model: 'new', arguments: { maxSteps: 1, perDeviceTrainBatchSize: 2 } };
  const texts = ['java and sql', 'cook for a hotel', 'more java', 'a cook'];
  const labels = ['it', 'food', 'it', 'food'];
  const part = { texts, labels };
  await fitSequenceClassifier({ ...shared, data: { train: part, validation: part }, out: run('sectors') });
  const tagged = [{ words: ['java', 'and', 'sql'], tags: ['B-SKILL', 'O', 'B-SKILL'] }];
  await fitTokenClassifier({ ...shared, data: { train: tagged, validation: tagged }, out: run('skills') });
  await fitCausalLm({ ...shared, data: { train: texts, validation: texts }, out: run('writer') });
  const sources = { sectors: run('sectors'), skills: run('skills'), writer: run('writer') };
  pool = await openPredictorPool(sources, { workers: 2 }, await bundledWorker(directory));
});
afterAll(async () => {
  await pool?.close();
  rmSync(directory, { recursive: true });
});

it('predicts what the loaded models do', async () => {
  const texts = Array.from({ length: 40 }, (_, i) => `java cook number ${i}`);
  const classifier = await loadPredictor(run('sectors'));
  const calls = texts.map((text) => pool.predict([text], { model: 'sectors' }));
  const predictions = (await Promise.all(calls)).flat() as { label: string; score: number }[];
  const expected = await classifier.predict(texts);
  expect(predictions.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
  predictions.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i].score, 5));
  const tagger = await loadTagger(run('skills'));
  expect(await pool.predict(['java, sql'], { model: 'skills' })).toMatchObject([
    { entities: await tagger.tag('java, sql') },
  ]);
  await Promise.all([classifier.close(), tagger.close()]);
});

it('writes, and says what each model is', async () => {
  const writing = pool.write('java', { model: 'writer', maxNewTokens: 4 });
  let next = await writing.next();
  while (!next.done) next = await writing.next();
  expect(next.value).toMatchObject({ promptTokens: expect.any(Number), ended: expect.any(String) });
  expect(pool.models.map(({ task }) => task)).toEqual(['sequence-classification', 'token-classification', 'causal-lm']);
  await expect(pool.predict(['a'], { model: 'writer' })).rejects.toMatchObject({ code: 'MODEL_TASK' });
  await expect(pool.predict([['a', 'b']], { model: 'skills' })).rejects.toMatchObject({ code: 'MODEL_TASK' });
  await expect(pool.predict([['a', 'b']], { model: 'skills' })).rejects.toThrow(/^skills: expected one text each/);
  const chat = pool.write([{ role: 'user', content: 'a' }], { model: 'writer' }).next();
  const error = (await chat.catch((thrown: Error) => thrown)) as Error;
  expect(error.message).toMatch(/^writer/); // not where it is
  expect(error.message).not.toMatch(directory);
  expect(pool.state.bytes).toBeGreaterThan(10_000);
});
