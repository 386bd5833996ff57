import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Training } from '../../engines/engine';
import { float32, int32 } from '../../tensor';
import { largestDifference } from '../differences';
import { check, type EngineLimits, type EngineTest, refuses, same } from './engine-test';
import { batch, common, learningRate, parameters, referenceSteps, regression, type Steps } from './regression';

const rate = { learningRate };

const open = (engine: Engine, extra = {}): Promise<Training> =>
  engine.openTraining(engine.compile(regression), parameters, { ...common, ...extra });

const optimizers: readonly Steps[] = [
  { name: 'adamw', weightDecay: 0.1 },
  { name: 'adam', weightDecay: 0.1 },
  { name: 'sgd', weightDecay: 0.1, momentum: 0.9 },
  { name: 'sgd', weightDecay: 0, momentum: 0.9, nesterov: true },
  { name: 'sgd', weightDecay: 0 },
];

/** Steps, accumulation, state, and what training refuses. */
export function trainingTests(limits: EngineLimits): readonly EngineTest[] {
  return [...optimizers.map((steps) => optimizerTest(steps, limits)), ...stateTests(limits), ...refusals];
}

function optimizerTest(steps: Steps, limits: EngineLimits): EngineTest {
  const { name, ...options } = steps;
  return {
    title: `takes PyTorch's clipped steps by ${name} ${JSON.stringify(options)}, the bias at half the rate`,
    run: async (engine) => {
      const training = await open(engine, {
        ...steps,
        rateOf: (parameter: string) => (parameter === 'bias' ? 0.5 : 1),
      });
      for (let i = 0; i < 20; i++) await training.step(batch, rate);
      const actual = await training.readParameters();
      const expected = referenceSteps(20, { ...steps, biasRate: 0.5 });
      for (const parameter of ['weight', 'bias'] as const)
        check(parameter, largestDifference(actual[parameter].data, expected[parameter]).absolute, limits.steps);
      await training.close();
    },
  };
}

const half = (from: number) => ({
  x: float32((batch.x.data as Float32Array).slice(from * 3, (from + 4) * 3), [4, 3]),
  y: float32((batch.y.data as Float32Array).slice(from * 2, (from + 4) * 2), [4, 2]),
});

const stateTests = (limits: EngineLimits): readonly EngineTest[] => [
  {
    title: 'adds up gradients over batches as one over all of them',
    run: async (engine) => {
      const [whole, parts] = [await open(engine), await open(engine)];
      for (let i = 0; i < 5; i++) {
        await whole.step(batch, rate);
        await parts.gradients(half(0), { scale: 0.5 });
        await parts.gradients(half(4), { scale: 0.5, add: true });
        await parts.update(rate);
      }
      const [a, b] = [await whole.readParameters(), await parts.readParameters()];
      for (const name of ['weight', 'bias'])
        check(name, largestDifference(a[name].data, b[name].data).absolute, limits.steps);
    },
  },
  {
    title: 'leaves a parameter alone that the loss does not depend on, or that is not to be trained',
    run: async (engine) => {
      const training = await open(engine, { trains: (name: string) => name !== 'bias' });
      await training.step(batch, rate);
      const after = await training.readParameters();
      same('scale', after.scale.data, parameters.scale.data);
      same('bias', after.bias.data, parameters.bias.data);
      if (!(largestDifference(after.weight.data, parameters.weight.data).absolute > 0))
        throw new Error('weight: expected it to be trained, it is as it was');
    },
  },
  {
    title: 'goes on bit by bit from a state that was read and written back',
    run: async (engine) => {
      const first = await open(engine);
      for (let i = 0; i < 3; i++) await first.step(batch, rate);
      const saved = await first.read();
      for (let i = 0; i < 3; i++) await first.step(batch, rate);
      const second = await open(engine);
      await second.write(saved);
      for (let i = 0; i < 3; i++) await second.step(batch, rate);
      same('state', await second.read(), await first.read());
    },
  },
  {
    title: 'does not change what it was given, nor what it gave',
    run: async (engine) => {
      const before = structuredClone(parameters);
      const training = await open(engine);
      const given = await training.readParameters();
      await training.step(batch, rate);
      same('parameters given', parameters, before);
      same('parameters read', given, before);
    },
  },
  {
    title: 'runs another program on the parameters it holds',
    run: async (engine) => {
      const training = await open(engine);
      const { outputs } = await training.gradients(batch);
      const evaluation = engine.compile(({ x }, { weight, bias }) => ({
        y: tf.add(tf.matMul(x, weight as tf.Tensor2D), bias),
      }));
      const { y } = await training.run(evaluation, { x: batch.x });
      same('outputs', y.data, outputs.predicted.data);
    },
  },
];

const refusals: readonly EngineTest[] = [
  {
    title: 'refuses an optimizer it does not know, and momentum that is none',
    run: async (engine) => {
      await refuses('adagrad', () => open(engine, { name: 'adagrad' }), /expected adamw, adam or sgd, got adagrad/);
      const nesterov = () => open(engine, { name: 'sgd', nesterov: true });
      await refuses('nesterov', nesterov, /nesterov expected a momentum above 0/);
    },
  },
  {
    title: 'refuses an update by gradients that are not finite, changing nothing',
    run: async (engine) => {
      const training = await open(engine);
      await training.step(batch, rate);
      const before = await training.read();
      await training.gradients({ ...batch, y: float32(new Float32Array(16).fill(Number.NaN), [8, 2]) });
      await refuses('update', () => training.update(rate), /norm is NaN, nothing was changed/);
      same('state', await training.read(), before);
    },
  },
  {
    title: 'says what is wrong with a program or an input',
    run: async (engine) => {
      const noLoss = await engine.openTraining(
        engine.compile(({ x }) => ({ y: x })),
        parameters,
        { name: 'adamw' },
      );
      await refuses('no loss', () => noLoss.gradients(batch), /no output named "loss"/);
      const training = await open(engine);
      await refuses('wrong rank', () => training.gradients({ x: int32([1, 2]), y: batch.y }), /./);
      const short = { ...batch, x: { ...batch.x, shape: [7, 3] } };
      await refuses('size', () => training.gradients(short), /"x": expected 21 elements for shape \[7,3\], got 24/);
      const foreign = { parameters: { nothing: float32([1]) } };
      await refuses('name', () => training.write(foreign), /there is no "nothing"/);
    },
  },
];
