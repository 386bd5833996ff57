import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openInProject } from '../../test/tfjs-node-in-project';
import { prepareReplay } from '../compile/replay';
import type { CompileOptions } from '../compile/runner';
import type { Engine } from '../engines/engine';
import { createTensorflowEngine } from '../engines/tensorflow';
import { openCpuEngine } from '../engines/tfjs';
import { geluErf } from '../ops/activations';
import { dropout } from '../ops/dropout/dropout';
import { embedding } from '../ops/gather';
import { linear } from '../ops/linear';
import { softmaxCrossEntropy } from '../ops/losses';
import { layerNorm } from '../ops/normalization';
import { quantizedFormats, quantizedSpecs } from '../ops/quantized/formats';
import { quantizedLinear } from '../ops/quantized/linear';
import type { ProgramFunction } from '../record/record';
import { float32, type HostTensors, int32, sizeOf, uint8 } from '../tensor';
import { largestDifference, testEngine } from '../testing';
import { randomFloats, randomIntegers } from '../testing/random-tensors';
import type { Training } from '../training/training';
import { openOnnxEngine } from './onnx';
import { type TensorflowBinding, tensorflowLibrary } from './tfjs-node-library';

/** Rows of 32 numbers are updated one by one. */
const [vocabulary, row, width, classes] = [50, 32, 16, 3];
const parameters: HostTensors = {
  table: randomFloats([vocabulary, row], 1),
  gain: float32(new Float32Array(width).fill(1)),
  offset: float32(new Float32Array(width)),
  up: randomFloats([width, row], 2),
  head: randomFloats([classes, width], 3),
  headBias: float32(new Float32Array(classes)),
};

const logitsOf: ProgramFunction = ({ ids, seed, sequenceIds, positionIds }, p) => {
  const source = seed && { seed, sequenceIds, positionIds };
  const x = dropout(embedding(p.table, ids), source, { rate: 0.2, op: 0 });
  const states = layerNorm(geluErf(linear(x, p.up, p.offset)), p.gain, p.offset, 1e-12);
  return { logits: linear(states, p.head, p.headBias) };
};
const loss: ProgramFunction = (batch, p) => {
  const { logits } = logitsOf(batch, p);
  return { loss: softmaxCrossEntropy(logits, batch.labels, batch.weights), logits };
};

/** Tokens of 4, 7 or 9, by the step. */
function batchOf(step: number): HostTensors {
  const count = [4, 7, 9][step % 3];
  const ids = Int32Array.from({ length: count }, (_, i) => (step * 7 + i * 5) % vocabulary);
  return {
    ids: int32(ids),
    seed: int32([7, step]),
    sequenceIds: int32(
      ids.map((_, i) => i),
      [count],
    ),
    positionIds: int32(new Int32Array(count)),
    labels: int32(ids.map((id) => id % classes)),
    weights: float32(new Float32Array(count).fill(1)),
  };
}

/** Of parameters after some twenty steps of a hundredth each: what float32 leaves to the order of sums. */
// On processors with AVX2 alone 3.6e-5, with AVX-512 below 3e-5 (measured).
const differences = 6e-5;

const optimizer = { name: 'adamw', maxGradNorm: 1 } as const;
const open = (engine: Engine, fn = loss) => engine.openTraining(engine.compile(fn), parameters, optimizer);

/** Steps over batches of three shapes, an evaluation after each, every fourth step of two batches. */
async function train(engine: Engine, training: Training, steps: number): Promise<number[]> {
  const evaluation = engine.compile(logitsOf);
  const seen: number[] = [];
  for (let step = 0; step < steps; step++) {
    if (step % 4 === 3) {
      const halves = [await training.gradients(batchOf(step), { scale: 0.5 })];
      halves.push(await training.gradients(batchOf(step + 1), { scale: 0.5, add: true }));
      seen.push(...halves.map(({ loss }) => loss), (await training.update({ learningRate: 0.01 })).gradientNorm);
    } else seen.push((await training.step(batchOf(step), { learningRate: 0.01 })).loss);
    const { logits } = await training.run(evaluation, { ids: int32([1, 2, 3]) });
    seen.push(...logits.data);
  }
  return seen;
}

describe('engine tfjs-node, as graphs', async () => {
  const engine = await openInProject({ mode: 'graph' });
  const { binding } = tf.findBackend('tensorflow') as unknown as { binding: TensorflowBinding & Counts };
  const notes: string[] = [];
  const engineOf = (more: { onGpu?: boolean; limits?: { programs: number } }) =>
    createTensorflowEngine({
      name: 'tfjs-node',
      library: tensorflowLibrary(binding),
      fallback: prepareReplay('tensorflow'),
      onGpu: false,
      limits: {},
      onNote: (note) => notes.push(note),
      ...more,
    });
  afterAll(() => engine.close());

  it.each([
    ['a session for each shape', {}],
    ['two sessions at most', { limits: { programs: 2 } }],
    ['one session for all shapes, as on a GPU', { onGpu: true }],
  ])('trains over changing shapes with %s as the engine onnx does', async (_, more) => {
    const [own, reference] = [engineOf(more), openOnnxEngine()];
    const [training, expected] = [await open(own), await open(reference)];
    const [actual, expectedLosses] = [await train(own, training, 20), await train(reference, expected, 20)];
    expect(largestDifference(actual, expectedLosses).relative).toBeLessThan(2e-6);
    const [state, known] = [await training.read(), await expected.read()];
    for (const name of Object.keys(parameters)) {
      expect(largestDifference(state.parameters[name].data, known.parameters[name].data).absolute).toBeLessThan(
        differences,
      );
      const [own, other] = [state.moments.second[name].data, known.moments.second[name].data];
      expect(largestDifference(own, other).relative).toBeLessThan(3e-5); // 1 − β₂ in float32
    }
    for (const one of [training, expected]) await one.close();
    for (const one of [own, reference]) await one.close();
  });

  describe('a table that is read by rows', () => {
    /** With `whole` in the batch the table is read as a whole too. */
    const sometimesWhole: ProgramFunction = ({ whole, ...batch }, p) => {
      const outputs = loss(batch, p);
      return whole ? { ...outputs, loss: tf.add(outputs.loss, tf.mean(tf.square(p.table))) } : outputs;
    };
    const opened = (own: Engine) =>
      own.openTraining(own.compile(sometimesWhole), parameters, { ...optimizer, weightDecay: 0.1 });
    const near = (actual: HostTensors, expected: HostTensors) => {
      for (const [name, { data }] of Object.entries(expected))
        expect(largestDifference(actual[name].data, data).absolute, name).toBeLessThan(differences);
    };

    it('is trained as by the engine onnx, also where other programs and later batches read the whole of it', async () => {
      const [own, reference] = [engineOf({}), openOnnxEngine()];
      const both = [await opened(own), await opened(reference)] as const;
      const engines = [own, reference];
      const trained = async (extra: HostTensors, steps: number) => {
        for (const one of both)
          for (let step = 0; step < steps; step++)
            await one.step({ ...batchOf(step), ...extra }, { learningRate: 0.01 });
        const table = async (i: number) =>
          both[i].run(
            engines[i].compile((_, { table }) => ({ y: tf.neg(table) })),
            {},
          );
        near(await table(0), await table(1));
        near(await both[0].readParameters(), await both[1].readParameters());
      };
      await trained({}, 10);
      near(await both[0].readGradients(), await both[1].readGradients());
      await trained({ whole: int32([1]) }, 5);
      await trained({}, 5);
      for (const one of both) await one.close();
    });

    it('goes on to the same bits from a state that was read and written back', async () => {
      const own = engineOf({});
      const [first, second] = [await opened(own), await opened(own)];
      await train(own, first, 9);
      await second.write(await first.read());
      const after = [await train(own, first, 7), await train(own, second, 7)];
      expect(after[1]).toEqual(after[0]);
      expect(await second.read()).toEqual(await first.read());
      for (const one of [first, second]) await one.close();
    });
  });

  it('passes the suite with one session for all shapes, as on a GPU', async () => {
    const own = engineOf({ onGpu: true });
    const tests = testEngine({ gradients: 5e-5 }).filter(({ title }) => !/^(computes|derives) /.test(title));
    expect(tests.length).toBeGreaterThan(10);
    for (const { run } of tests) await run(own);
  });

  it('keeps no tensors, sessions or files over steps and after', async () => {
    const place = mkdtempSync(join(tmpdir(), 'attune-files-')); // of its own, since others write to the common one
    onTestFinished(() => rmSync(place, { recursive: true }));
    vi.stubEnv('TMPDIR', place);
    onTestFinished(() => void vi.unstubAllEnvs());
    const before = { ...countsOf(binding), files: temporaryFiles() };
    const own = engineOf({});
    const training = await open(own);
    await train(own, training, 12);
    const { tensors, sessions } = countsOf(binding);
    await train(own, training, 60);
    expect(countsOf(binding)).toEqual({ tensors, sessions });
    expect(tensors).toBe(before.tensors);
    expect(temporaryFiles()).toEqual(before.files);
    await training.close();
    await own.close();
    expect({ ...countsOf(binding), files: temporaryFiles() }).toEqual(before);
  });

  it('holds no more memory after hundreds of steps', async () => {
    const side = 256;
    const program = engine.compile(({ x }, { weight }) => ({
      loss: tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D))),
    }));
    const training = await engine.openTraining(program, { weight: randomFloats([side, side], 5) }, optimizer);
    const x = randomFloats([2048, side], 6);
    const step = async (count: number) => {
      for (let i = 0; i < count; i++) await training.step({ x }, { learningRate: 1e-4 });
      return process.memoryUsage.rss() / 1e6;
    };
    const before = await step(50);
    expect((await step(300)) - before).toBeLessThan(30); // a step's activations are 4 MB
    await training.close();
  });

  it('leaves arrays alone that a gradient lies in', async () => {
    const program = engine.compile(({ x }, { weight }) => ({ loss: tf.sum(tf.mul(x, weight)) }));
    const training = await engine.openTraining(program, { weight: randomFloats([64], 8) }, optimizer);
    const [x, same] = [randomFloats([64], 9), randomFloats([64], 9)];
    await training.gradients({ x });
    await training.gradients({ x }, { add: true });
    (x.data as Float32Array).fill(0);
    const { weight } = await training.readGradients();
    expect(weight.data).toEqual((same.data as Float32Array).map((value) => 2 * value));
    await training.close();
  });

  it('runs call by call, and says so, what a graph cannot hold', async () => {
    const computed: ProgramFunction = (batch, p) => {
      const positionIds = batch.late ? tf.add(batch.positionIds, tf.scalar(0, 'int32')) : batch.positionIds;
      return loss({ ...batch, positionIds: batch.late ? tf.mul(positionIds, tf.scalar(2, 'int32')) : positionIds }, p);
    };
    const batches = [0, 1, 2].map((step) => ({ ...batchOf(step), ...(step > 0 && { late: int32([1]) }) }));
    const [own, reference] = [engineOf({}), openCpuEngine()];
    const [training, expected] = [await open(own, computed), await open(reference, computed)];
    for (const batch of batches) {
      const [{ loss }, step] = [
        await training.step(batch, { learningRate: 0.01 }),
        await expected.step(batch, { learningRate: 0.01 }),
      ];
      expect(Math.abs(loss - step.loss)).toBeLessThan(1e-5);
    }
    expect(notes).toEqual([expect.stringMatching(/^tfjs-node: dropout: .*; such programs run call by call/)]);
    expect((await training.read()).step).toBe(3);
    await training.close();
    await own.close();
  });

  describe('with products in bfloat16', () => {
    const half = { products: 'bfloat16' } as const;
    /** To 8 bits of mantissa, ties to even, as a processor does it. */
    const rounded = (value: number) => {
      const [bits] = new Uint32Array(Float32Array.of(value).buffer);
      const kept = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
      return new Float32Array(Uint32Array.of(kept).buffer)[0];
    };

    it('rounds the factors of a product and its result, and sums in float32', async () => {
      const [x, weight] = [randomFloats([3, 64], 4), randomFloats([5, 64], 5)];
      const { y } = await engine
        .compile(({ x, weight }) => ({ y: tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true) }), half)
        .run({ x, weight });
      const expected = Array.from({ length: 15 }, (_, at) => {
        let sum = 0;
        for (let k = 0; k < 64; k++)
          sum += rounded(x.data[Math.floor(at / 5) * 64 + k]) * rounded(weight.data[(at % 5) * 64 + k]);
        return sum;
      });
      // A sum in another order may be rounded to the neighbor: 2⁻⁸ of it.
      expect(largestDifference(y.data, expected).absolute).toBeLessThan(2 ** -8 * Math.max(...expected.map(Math.abs)));
      expect(Array.from(y.data)).toEqual(Array.from(y.data, rounded));
      expect(Array.from(y.data)).not.toEqual(expected.map(Math.fround));
    });

    it.each(quantizedFormats)('computes with a matrix in %s what it does in float32, nearly', async (format) => {
      const { codes, scales } = quantizedSpecs(format, [40, 192]);
      const inputs = {
        x: randomFloats([7, 192], 3),
        codes: uint8(Uint8Array.from(randomIntegers([sizeOf(codes.shape)], 1, 256).data), codes.shape),
        scales: randomFloats(scales.shape, 2),
      };
      const product: ProgramFunction = ({ x, codes, scales }) => ({ y: quantizedLinear(x, { format, codes, scales }) });
      const [{ y }, { y: full }] = [
        await engine.compile(product, half).run(inputs),
        await engine.compile(product).run(inputs),
      ];
      // Three roundings of a factor to 8 bits, of 192 summed up.
      const largest = Math.max(...Array.from(full.data, Math.abs));
      expect(largestDifference(y.data, full.data).absolute).toBeLessThan(2 ** -7 * largest);
      expect(Array.from(y.data)).not.toEqual(Array.from(full.data));
    });

    it('trains as in float32, nearly, its parameters being float32', async () => {
      const losses = async (options: CompileOptions) => {
        const training = await engine.openTraining(engine.compile(loss, options), parameters, optimizer);
        const seen: number[] = [];
        for (let step = 0; step < 60; step++)
          seen.push((await training.step(batchOf(step), { learningRate: 0.01 })).loss);
        const { head } = await training.readParameters();
        await training.close();
        return { last: seen.slice(-10).reduce((a, b) => a + b) / 10, first: seen[0], head };
      };
      const [full, less] = [await losses({}), await losses(half)];
      expect(less.first).not.toBe(full.first);
      expect(Math.abs(less.first - full.first)).toBeLessThan(0.02);
      expect(less.last).toBeLessThan(0.8 * less.first);
      expect(Math.abs(less.last - full.last)).toBeLessThan(0.1 * full.first);
      expect(Array.from(less.head.data)).not.toEqual(Array.from(less.head.data, rounded));
    });

    it('keeps a frozen matrix of products alone in 16 bits, to the same losses, and gives it back as it was', async () => {
      const frozen = { ...optimizer, isTrainable: (name: string) => name !== 'up' };
      /** Reads the frozen matrix otherwise too, so that it stays in float32. */
      const otherwise: ProgramFunction = (batch, p) => {
        const outputs = loss(batch, p);
        return { ...outputs, loss: tf.add(outputs.loss, tf.mul(0, tf.sum(p.up))) };
      };
      const [own, reference] = [engineOf({}), engineOf({})];
      const less = await own.openTraining(own.compile(loss, half), parameters, frozen);
      const full = await reference.openTraining(reference.compile(otherwise, half), parameters, frozen);
      expect(await train(own, less, 12)).toEqual(await train(reference, full, 12));
      const state = await less.read();
      expect(state).toEqual(await full.read());
      expect(state.parameters.up).toEqual(parameters.up);
      const whole: ProgramFunction = (_, { up }) => ({ y: tf.neg(up) });
      const { y } = await less.run(own.compile(whole, half), {});
      expect(Array.from(y.data)).toEqual(Array.from(parameters.up.data, (value) => -value));

      const other = { ...parameters.up, data: (parameters.up.data as Float32Array).map((value) => 2 * value) };
      for (const training of [less, full]) await training.write({ parameters: { up: other } });
      expect(await train(own, less, 3)).toEqual(await train(reference, full, 3));
      expect((await less.readParameters()).up).toEqual(other);
      for (const training of [less, full]) await training.close();
    });

    it('is refused for a program that a graph cannot hold', async () => {
      const computed: ProgramFunction = ({ positionIds, ...source }, p) =>
        logitsOf({ ...source, positionIds: tf.add(positionIds, positionIds) }, p);
      await expect(engine.compile(computed, half).run(batchOf(0), parameters)).rejects.toMatchObject({
        code: 'ENGINE_PRECISION',
        message: expect.stringContaining('remove bfloat16 (bf16)'),
      });
    });
  });
});

interface Counts {
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
}

const countsOf = (binding: Counts) => ({
  tensors: binding.getNumOfTensors(),
  sessions: binding.getNumOfSavedModels(),
});

const temporaryFiles = () => readdirSync(tmpdir()).length;
