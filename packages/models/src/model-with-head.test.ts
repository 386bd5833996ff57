import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embedding, float32, meanSquaredError, type Specs } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { centralDifferences, largestDifference } from '@attune/engine/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../test/tiny';
import { packSequences } from './batch';
import type { Head } from './heads/head';
import { modelWithHead } from './model';
import { loadModel, saveModel, writeDirectoryAtomically } from './node';

const fixture = fileURLToPath(new URL('../fixtures/bert-single', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'attune-head-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A score from a learned mixture of the first token's states in all layers. */
const mixture: Head = {
  specs: ({ hiddenSize, layers }): Specs => ({
    'mix.weight': { shape: [layers + 1], dtype: 'float32' },
    'score.weight': { shape: [hiddenSize, 1], dtype: 'float32' },
  }),
  logits: (_, { states, batch, parameters, drop }) => {
    const share = (layer: number) => tf.slice(parameters['mix.weight'], [layer], [1]);
    const mixed = states
      .map((state, layer) => tf.mul(embedding(state, batch.reads), share(layer)))
      .reduce((sum, part) => tf.add(sum, part)); // [reads, hidden]
    return tf.matMul(drop(mixed, 0.1) as tf.Tensor2D, parameters['score.weight'] as tf.Tensor2D); // [reads, 1]
  },
  loss: (logits, { labels, weights }) => meanSquaredError(logits, labels, weights),
};

const engine = openOnnxEngine();
const batch = {
  ...packSequences([{ ids: [2, 7, 9, 3] }, { ids: [2, 8, 3] }, { ids: [2, 30, 31, 3] }], { rowLength: 8 }),
  labels: float32([1, -1, 0.5], [3, 1]),
  weights: float32([1, 1, 1]),
};

it('trains a head of your own, saves it, and loads it as it was', async () => {
  const { model, parameters, initialized, unexpected } = await loadModel(fixture, { head: mixture, seed: 5 });
  expect(initialized).toEqual(['mix.weight', 'score.weight']);
  expect(unexpected).toEqual([
    'bert.pooler.dense.bias',
    'bert.pooler.dense.weight',
    'classifier.bias',
    'classifier.weight',
  ]);
  const program = engine.compile(model.program);
  const training = await engine.openTraining(program, parameters, { name: 'adamw' });
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) losses.push((await training.step(batch, { learningRate: 0.01 })).loss);
  expect(losses[39]).toBeLessThan(losses[0] / 20);

  const trained = await training.readParameters();
  const saved = join(directory, 'saved');
  await writeDirectoryAtomically(saved, (temporary) => saveModel(temporary, { ...model, parameters: trained }));
  const loaded = await loadModel(saved, { head: mixture });
  expect([loaded.initialized, loaded.unexpected]).toEqual([[], []]);
  expect(loaded.parameters).toEqual(trained);
  const again = await engine.compile(loaded.model.program).run(batch, loaded.parameters);
  expect(again.logits).toEqual((await program.run(batch, trained)).logits);
  expect(JSON.parse(readFileSync(join(saved, 'config.json'), 'utf8')).architectures).toEqual(['BertModel']);
});

it('derives it as central differences in float64 do', async () => {
  const model = modelWithHead(tinyConfig('distilbert'), mixture);
  const parameters = tinyParameters(model);
  const training = await engine.openTraining(engine.compile(model.program), parameters, { name: 'adamw' });
  await training.gradients(batch);
  const gradients = await training.readGradients();
  for (const name of ['mix.weight', 'score.weight', 'distilbert.transformer.layer.0.ffn.lin2.bias']) {
    const expected = centralDifferences(model.program, { batch, parameters }, name);
    expect(largestDifference(gradients[name].data, expected.data).relative, name).toBeLessThan(1e-4);
  }
});

it('refuses parameters that cannot be its own', () => {
  const config = tinyConfig('distilbert');
  const withSpecs = (specs: Specs) => () => modelWithHead(config, { ...mixture, specs: () => specs });
  const words = 'distilbert.embeddings.word_embeddings.weight';
  expect(withSpecs({ [words]: { shape: [1], dtype: 'float32' } })).toThrow(RangeError);
  expect(withSpecs({ ids: { shape: [1], dtype: 'int32' } })).toThrow('"ids" expected float32, got int32');
});
