import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCpuEngine, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { packSequences } from './batch';
import type { Task } from './heads/tasks';
import { encoders } from './model';
import { loadModel, saveModel } from './node';
import { temporaryDirectory } from './node/checkpoint/_temporary';
import { goldenBatch, goldenLogits, goldens, hasGoldens, minilm, readAll, readJson, unpadded } from './testing/goldens';

interface Meta {
  readonly steps: readonly { readonly loss: number; readonly grad_norm: number; readonly lr: number }[];
  readonly loss_after: number;
  readonly decayed: readonly string[];
}

const cases: readonly (readonly [name: string, task: Task])[] = [
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
    const open = async () => {
      const { model, parameters, initialised, unexpected } = await loadModel(goldens + name, { task });
      expect([initialised, unexpected]).toEqual([[], []]);
      return { model, parameters, io: await readAll(`${goldens}${name}/io.safetensors`) };
    };

    it('is written back byte for byte, under the same class', async () => {
      const { model, parameters } = await open();
      const directory = temporaryDirectory();
      await saveModel(directory, { ...model, parameters });
      const [ours, theirs] = [directory, goldens + name];
      const weights = (path: string) => readFileSync(join(path, 'model.safetensors'));
      expect(weights(ours).equals(weights(theirs))).toBe(true);
      const classes = (path: string) => readJson<{ architectures: string[] }>(join(path, 'config.json')).architectures;
      expect(classes(ours)).toEqual(classes(theirs));
    });

    // Rows that hold one sequence each, two, and all of them.
    it.each([16, 32, 64])('has the logits and hidden states, packed into rows of %i', async (rowLength) => {
      const { model, parameters, io } = await open();
      const batch = goldenBatch(io, rowLength, { every: true });
      const program = engines[1].compile((batch, parameters) => {
        const states = encoders[model.config.modelType].forward(batch, parameters, { config: model.config });
        return { ...model.program(batch, parameters), ...Object.fromEntries(states.map((s, i) => [`state.${i}`, s])) };
      });
      const out = await program.run(batch, parameters);
      expect(largestDifference(out.logits.data, goldenLogits(io)).absolute).toBeLessThan(5e-5);
      expect(Math.abs(out.loss.data[0] / (io.loss.data[0] as number) - 1)).toBeLessThan(1e-5);
      const start = batch.reads.data.filter((_: number, i: number) => batch.readPositionIds.data[i] === 0);
      const hidden = model.config.hiddenSize;
      unpadded(io).forEach(({ ids }, i) => {
        for (let layer = 0; layer <= model.config.layers; layer++) {
          const expected = io[`hidden_states.${layer}`];
          const from = i * expected.shape[1] * hidden;
          const own = out[`state.${layer}`].data.subarray(start[i] * hidden, (start[i] + ids.length) * hidden);
          const wanted = expected.data.subarray(from, from + ids.length * hidden) as Float32Array;
          expect(largestDifference(own, wanted).absolute, `sequence ${i}, layer ${layer}`).toBeLessThan(5e-5);
        }
      });
    });

    it.each(engines)('has the gradients on $name', async (engine) => {
      const { model, parameters, io } = await open();
      const names = Object.keys(parameters);
      const out = await engine.compile(withGradients(model.program, names)).run(goldenBatch(io, 32), parameters);
      for (const parameter of names) {
        const expected = io[`grad.${parameter}`].data as Float32Array;
        const { absolute, relative } = largestDifference(out[`gradient:${parameter}`].data, expected);
        if (isKeyBias(parameter)) expect(absolute, parameter).toBeLessThan(1e-6);
        else expect(relative, parameter).toBeLessThan(3e-5);
      }
    });

    it('has the gradients in the float64 replay', async () => {
      const { model, parameters, io } = await open();
      const names = Object.keys(parameters);
      const batch = goldenBatch(io, 32);
      const program = record(withGradients(model.program, names), batch, parameters);
      const out = replayFloat64(program, { ...batch, ...parameters });
      expect(Math.abs(out.loss.data[0] / (io.loss.data[0] as number) - 1)).toBeLessThan(2e-6);
      for (const parameter of names.filter((parameter) => !isKeyBias(parameter))) {
        const expected = io[`grad.${parameter}`].data as Float32Array;
        const { relative } = largestDifference(out[`gradient:${parameter}`].data, expected);
        expect(relative, parameter).toBeLessThan(3e-5);
      }
    });

    it.each(engines)("takes the Trainer's three steps on $name", async (engine) => {
      const { model, parameters, io } = await open();
      const meta = readJson<Meta>(`${goldens}${name}/meta.json`);
      const after = await readAll(`${goldens}${name}/after.safetensors`);
      const training = await engine.openTraining(engine.compile(model.program), parameters, {
        name: 'adamw',
        weightDecay: 0.01,
        decays: (parameter) => meta.decayed.includes(parameter),
        maxGradNorm: 1,
      });
      for (const { loss, grad_norm, lr } of meta.steps) {
        const step = await training.step(goldenBatch(io, 32), { learningRate: lr });
        expect(Math.abs(step.loss / loss - 1)).toBeLessThan(1e-5);
        expect(Math.abs(step.gradientNorm / grad_norm - 1)).toBeLessThan(1e-5);
      }
      const { loss } = await training.gradients(goldenBatch(io, 32));
      expect(Math.abs(loss / meta.loss_after - 1)).toBeLessThan(1e-5);
      const trained = await training.readParameters();
      for (const parameter of Object.keys(parameters).filter((parameter) => !isKeyBias(parameter))) {
        const expected = after[parameter].data as Float32Array;
        const far = trained[parameter].data.filter((x: number, i: number) => Math.abs(x - expected[i]) > 5e-5);
        expect(far.length, parameter).toBeLessThanOrEqual(expected.length * 0.001);
        expect(largestDifference(trained[parameter].data, expected).absolute, parameter).toBeLessThan(5e-4);
      }
    });
  });

  describe('minilm', () => {
    const meta = readJsonIfThere<{ short: number[]; grad_l2: Record<string, number> }>(`${goldens}minilm/meta.json`);

    it('has the hidden states and mean-pooled embeddings', async () => {
      const { model, parameters, initialised, unexpected } = await loadModel(minilm);
      expect(initialised).toEqual(['classifier.weight', 'classifier.bias']);
      expect(unexpected).toEqual([]);
      const io = await readAll(`${goldens}minilm/encoder.safetensors`);
      const sequences = unpadded(io);
      const packed = packSequences(sequences, { rowLength: 128 });
      const { config } = model;
      const program = engines[1].compile((batch, parameters) => ({
        state: encoders.bert.forward(batch, parameters, { config })[config.layers],
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
