import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type EncoderCase, familyCases, familyGoldens, goldens, hasGoldens, minilm } from '../test/goldens';
import { openOnnxFile } from '../test/run-onnx';
import { encoderTypes, tinyConfig, tinyParameters } from '../test/tiny';
import { packSequences } from './batch';
import { hasSegments } from './checkpoint/model-config';
import { exportModel } from './export/export-model';
import { encoders } from './families';
import { sequenceClassifier, tokenClassifier } from './model';
import { loadModel, saveSavedModel } from './node';
import { openPass } from './pass';
import { testEncoder } from './testing';
import { readAll, unpadded } from './testing/golden';

/** The project that has the package; `npm run test:peers` makes one. */
const { ATTUNE_TFJS_NODE_PROJECT: project = process.cwd() } = process.env;

const cases: readonly EncoderCase[] = [
  ['bert-sequence-single', 'sequence-classification'],
  ['distilbert-sequence', 'sequence-classification'],
  ['bert-token', 'token-classification'],
  ['distilbert-masked', 'masked-lm'],
];

describe.each(encoderTypes)('a SavedModel of a %s, in tfjs-node', (modelType) => {
  const heads = [sequenceClassifier, tokenClassifier] as const;
  it.each(heads)('has the logits of the ONNX file for any batch and length', async (head) => {
    const model = head(tinyConfig(modelType, { id2label: { 0: 'a', 1: 'b', 2: 'c' } }));
    const parameters = tinyParameters(model);
    const directory = await mkdtemp(join(tmpdir(), 'attune-test-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await saveSavedModel(directory, { model, parameters });
    await openInProject();
    const { node } = createRequire(join(project, 'package.json'))('@tensorflow/tfjs-node') as TfjsNode;
    const saved = await node.loadSavedModel(join(directory, 'saved_model', '1'));
    const onnx = await openOnnxFile(exportModel(model, { parameters }));
    for (const lengths of [[1], [3, 9], [16, 1, 7]]) {
      const sequences = lengths.map((length, row) => ({
        ids: Array.from({ length }, (_, i) => 1 + ((row * 11 + i * 7) % 39)),
        typeIds: Array.from({ length }, (_, i) => (2 * i > length ? 1 : 0)),
      }));
      const padded = (value: (sequence: (typeof sequences)[number], i: number) => number) => {
        const width = Math.max(...lengths);
        const rows = sequences.map((one) =>
          Array.from({ length: width }, (_, i) => (i < one.ids.length ? value(one, i) : 0)),
        );
        return tf.tensor2d(rows, undefined, 'int32');
      };
      tf.setBackend('tensorflow');
      const { logits } = saved.predict({
        input_ids: padded(({ ids }, i) => ids[i]),
        attention_mask: padded(() => 1),
        ...(hasSegments(model.config) && { token_type_ids: padded(({ typeIds }, i) => typeIds[i]) }),
      });
      const expected = await onnx.logits(sequences);
      expect(logits.shape).toEqual(expected.shape);
      expect(largestDifference(logits.dataSync(), expected.data).absolute).toBeLessThan(1e-5);
    }
    saved.dispose();
  });
});

/** What the package has besides TensorFlow.js. */
interface TfjsNode {
  readonly node: { loadSavedModel(path: string): Promise<SavedModel> };
}
interface SavedModel {
  predict(inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor>;
  dispose(): void;
}

async function openInProject() {
  const before = process.cwd();
  process.chdir(project);
  const engine = await openEngine({ name: 'tfjs-node' });
  process.chdir(before);
  return engine;
}

describe.skipIf(!hasGoldens)('transformers goldens on tfjs-node (needs ../shared)', async () => {
  const engine = await openInProject();
  afterAll(() => engine.close());

  describe.each(cases)('%s', (name, task) => {
    it.each(testEncoder({ directory: goldens + name, task, engines: [engine] }))('$title', ({ run }) => run());
  });

  describe.each(familyCases)('%s', (name, task) => {
    it.each(testEncoder({ directory: familyGoldens + name, task, engines: [engine] }))('$title', ({ run }) => run());
  });

  it("has MiniLM's mean-pooled embeddings", async () => {
    const { model, parameters } = await loadModel(minilm);
    const io = await readAll(`${goldens}minilm/encoder.safetensors`);
    const sequences = unpadded(io);
    const packed = packSequences(sequences, { rowLength: 128 });
    const { config } = model;
    const { state } = await engine
      .compile((batch, parameters) => ({
        state: encoders.bert.forward(openPass(config, batch, parameters)).states[config.layers],
      }))
      .run({ ...packed }, parameters);
    sequences.forEach(({ ids }, i) => {
      const start = packed.reads.data[i];
      const mean = Float32Array.from({ length: 384 }, (_, c) => {
        const own = Array.from({ length: ids.length }, (_, t) => state.data[(start + t) * 384 + c]);
        return own.reduce((a, b) => a + b, 0) / ids.length;
      });
      const expected = io.pooled.data.subarray(i * 384, (i + 1) * 384) as Float32Array;
      expect(largestDifference(mean, expected).absolute).toBeLessThan(2e-5);
    });
  });
});
