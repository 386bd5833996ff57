import { readFileSync } from 'node:fs';
import { openCpuEngine, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { type EncoderCase, familyCases, familyGoldens, goldens, hasGoldens, minilm } from '../test/goldens';
import { packSequences } from './batch';
import { encoders } from './families';
import { loadModel } from './node';
import { openPass } from './pass';
import { testEncoder } from './testing';
import { goldenBatch, readAll, unpadded } from './testing/golden';

const cases: readonly EncoderCase[] = [
  ['bert-sequence-single', 'sequence-classification'],
  ['bert-sequence-multi', 'sequence-classification'],
  ['bert-sequence-regression', 'sequence-classification'],
  ['distilbert-sequence', 'sequence-classification'],
  ['bert-token', 'token-classification'],
  ['distilbert-token', 'token-classification'],
  ['bert-masked', 'masked-lm'],
  ['distilbert-masked', 'masked-lm'],
];
const engines = [openCpuEngine(), openOnnxEngine()];
const isKeyBias = (name: string) => /(\.key|k_lin)\.bias$/.test(name);

describe.skipIf(!hasGoldens)('transformers goldens (needs ../shared/goldens and ../shared/weights)', () => {
  describe.each(cases)('%s', (name, task) => {
    it.each(testEncoder({ directory: goldens + name, task, engines }))('$title', ({ run }) => run());
  });

  describe.each(familyCases)('%s', (name, task) => {
    it.each(testEncoder({ directory: familyGoldens + name, task, engines }))('$title', ({ run }) => run());
  });

  describe('minilm', () => {
    const meta = readJsonIfThere<{ short: number[]; grad_l2: Record<string, number> }>(`${goldens}minilm/meta.json`);

    it('has the hidden states and mean-pooled embeddings', async () => {
      const { model, parameters, initialized, unexpected } = await loadModel(minilm);
      expect(initialized).toEqual(['classifier.weight', 'classifier.bias']);
      expect(unexpected).toEqual([]);
      const io = await readAll(`${goldens}minilm/encoder.safetensors`);
      const sequences = unpadded(io);
      const packed = packSequences(sequences, { rowLength: 128 });
      const { config } = model;
      const program = engines[1].compile((batch, parameters) => ({
        state: encoders.bert.forward(openPass(config, batch, parameters)).states[config.layers],
      }));
      const { state } = await program.run({ ...packed }, parameters);
      sequences.forEach(({ ids }, i) => {
        const start = packed.reads.data[i];
        const own = state.data.subarray(start * 384, (start + ids.length) * 384);
        const pooled = Float32Array.from({ length: 384 }, (_, c) => {
          let sum = 0;
          for (let t = 0; t < ids.length; t++) sum += own[t * 384 + c];
          return sum / ids.length;
        });
        const expected = io.pooled.data.subarray(i * 384, (i + 1) * 384) as Float32Array;
        expect(largestDifference(pooled, expected).absolute).toBeLessThan(2e-5);
        const states = io[`last_hidden_state.${i}`]?.data as Float32Array | undefined;
        if (states) expect(largestDifference(own, states).absolute).toBeLessThan(2e-5);
      });
    });

    it("has the classifier's logits, loss and gradient norms", async () => {
      const io = await readAll(`${goldens}minilm/encoder.safetensors`);
      const classifier = await readAll(`${goldens}minilm/classifier.safetensors`);
      const { model, parameters } = await loadModel(minilm, { labels: ['a', 'b', 'c', 'd'] });
      const headed = {
        ...parameters,
        'classifier.weight': { ...parameters['classifier.weight'], data: tensor(classifier, 'weight') },
        'classifier.bias': { ...parameters['classifier.bias'], data: tensor(classifier, 'bias') },
      };
      const batch = goldenBatch({ ...io, labels: classifier.labels }, 128);
      const names = Object.keys(parameters);
      const out = await engines[1].compile(withGradients(model.program, names)).run(batch, headed);
      expect(largestDifference(out.logits.data, classifier.logits.data as Float32Array).absolute).toBeLessThan(2e-5);
      expect(Math.abs(out.loss.data[0] / (classifier.loss.data[0] as number) - 1)).toBeLessThan(1e-5);
      for (const [name, norm] of Object.entries(meta!.grad_l2)) {
        const own = names.find((parameter) => parameter === name || parameter === `bert.${name}`);
        if (!own || isKeyBias(own)) continue;
        expect(Math.abs(Math.hypot(...chunked(out[`gradient:${own}`].data)) / norm - 1), name).toBeLessThan(1e-4);
      }
    });
  });
});

function tensor(file: Awaited<ReturnType<typeof readAll>>, ending: string): Float32Array {
  const name = Object.keys(file).find((key) => key.endsWith(`classifier.${ending}`) && !key.startsWith('grad'))!;
  return file[name].data as Float32Array;
}

/** Norms of pieces short enough to be arguments. */
function chunked(values: ArrayLike<number>): number[] {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return [Math.sqrt(sum)];
}

function readJsonIfThere<T>(path: string): T | undefined {
  return hasGoldens ? (JSON.parse(readFileSync(path, 'utf8')) as T) : undefined;
}
