import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engines/engine';
import { openCpuEngine } from '../engines/tfjs';
import { geluErf } from '../ops/activations';
import { attention, sequenceBias } from '../ops/attention';
import { dropout } from '../ops/dropout/dropout';
import { embedding } from '../ops/gather';
import { linear } from '../ops/linear';
import { softmaxCrossEntropy } from '../ops/losses';
import { layerNorm } from '../ops/normalization';
import type { ProgramFunction } from '../record/record';
import { float32, type HostTensors, int32 } from '../tensor';
import type { Training } from '../training/training';
import { check, type EngineLimits, type EngineTest, same } from './engine-test';
import { randomFloats } from './random-tensors';

const [vocabulary, width, classes] = [50, 16, 3];

const small = (shape: readonly number[], seed: number) =>
  float32(
    (randomFloats(shape, seed).data as Float32Array).map((x) => x / 5),
    shape,
  );

const parameters: HostTensors = {
  table: small([vocabulary, width], 1),
  query: small([width, width], 2),
  key: small([width, width], 3),
  value: small([width, width], 4),
  gain: float32(new Float32Array(width).fill(1)),
  offset: float32(new Float32Array(width)),
  up: small([width, width], 5),
  bias: float32(new Float32Array(width)),
  head: small([classes, width], 6),
  headBias: float32(new Float32Array(classes)),
};

/** One layer of a transformer over packed sequences, dropout on. */
const transformer: ProgramFunction = ({ ids, seed, sequenceIds, positionIds, labels, weights }, p) => {
  const source = { seed, sequenceIds, positionIds };
  const drop = (x: tf.Tensor, op: number) => dropout(x, source, { rate: 0.1, op });
  const x = drop(embedding(p.table, ids), 0);
  const project = (weight: tf.Tensor) => linear(x, weight, p.offset);
  const bias = sequenceBias(sequenceIds as tf.Tensor2D);
  const read = { query: project(p.query), key: project(p.key), value: project(p.value), bias, heads: 2 };
  const attended = attention({ ...read, dropout: (probabilities) => drop(probabilities, 1) });
  const states = layerNorm(tf.add(x, attended), p.gain, p.offset, 1e-12);
  const logits = linear(geluErf(linear(states, p.up, p.bias)), p.head, p.headBias);
  return { loss: softmaxCrossEntropy(logits, labels, weights) };
};

/** A batch of two rows of four tokens; the step is what dropout's bits depend on. */
function batchOf(step: number): HostTensors {
  const ids = Int32Array.from({ length: 8 }, (_, i) => (step * 7 + i * 5) % vocabulary);
  return {
    ids: int32(ids),
    seed: int32([7, step]),
    sequenceIds: int32([0, 0, 0, 1, 2, 2, 2, -1], [2, 4]),
    positionIds: int32([0, 1, 2, 0, 0, 1, 2, 0]),
    labels: int32(ids.map((id) => id % classes)),
    weights: float32([1, 1, 1, 1, 1, 1, 1, 0]),
  };
}

async function steps(training: Training, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < to; step++)
    losses.push((await training.step(batchOf(step), { learningRate: 0.003 })).loss);
  return losses;
}

const open = (engine: Engine) =>
  engine.openTraining(engine.compile(transformer), parameters, { name: 'adamw', maxGradNorm: 1 });

/** Fifty steps of a transformer with dropout follow the plain engine's, stopped and resumed in the middle. */
export const fiftySteps = (limits: EngineLimits): EngineTest => ({
  title: 'trains a transformer over fifty steps, interrupted after twenty-five, as the engine cpu does',
  run: async (engine) => {
    const reference = openCpuEngine();
    const expected = await steps(await open(reference), 0, 50);
    const [whole, first, second] = [await open(engine), await open(engine), await open(engine)];
    const actual = await steps(whole, 0, 50);
    actual.forEach((loss, i) => {
      check(`loss of step ${i + 1}`, Math.abs(loss - expected[i]), limits.losses);
    });
    if (!(actual[49] < 0.8 * actual[0])) throw new Error(`loss: expected it to fall, got ${actual[0]} → ${actual[49]}`);
    await steps(first, 0, 25);
    await second.write(await first.read());
    await first.close();
    same('losses after the interruption', await steps(second, 25, 50), actual.slice(25));
    for (const training of [whole, second]) await training.close();
    await reference.close();
  },
});
