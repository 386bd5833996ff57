import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engines/engine';
import type { ProgramFunction } from '../record/record';
import { float32, type HostTensors, int32 } from '../tensor';
import type { OptimizerConfig } from '../training/optimizers';
import type { Training } from '../training/training';
import { largestDifference } from './differences';
import { check, type EngineLimits, type EngineTest, refuses, same } from './engine-test';
import { randomFloats } from './random-tensors';

/** A linear regression: small enough for its steps to be written out in plain numbers. */
const batch = { x: randomFloats([8, 3], 1), y: randomFloats([8, 2], 2) };

/** `scale` is a parameter that the loss does not depend on. */
const parameters: HostTensors = {
  weight: randomFloats([3, 2], 3),
  bias: randomFloats([2], 4),
  scale: float32([1.5]),
};

const regression: ProgramFunction = ({ x, y }, { weight, bias }) => {
  const predicted = tf.add(tf.matMul(x, weight as tf.Tensor2D), bias);
  return { loss: tf.mean(tf.square(tf.sub(predicted, y))), predicted };
};

const learningRate = 0.05;
const maxNorm = 0.5;

/** The weight decays, the bias does not. */
const common: OptimizerConfig = {
  name: 'adamw',
  weightDecay: 0.1,
  hasWeightDecay: (name) => name === 'weight',
  maxGradNorm: maxNorm,
};

interface Element {
  readonly p: number;
  readonly g: number;
  readonly rate: number;
  readonly decay: number;
  readonly t: number;
  /** The element's own state, changed in place. */
  readonly state: { m: number; v: number };
}

/** Textbook updates of one element, as PyTorch's documentation has them. */
const rules: Record<string, (element: Element, options: { momentum?: number; nesterov?: boolean }) => number> = {
  adamw: (element) => adamStep({ ...element, p: element.p * (1 - element.rate * element.decay) }),
  adam: (element) => adamStep({ ...element, g: element.g + element.decay * element.p }),
  sgd: ({ p, g, rate, decay, state }, { momentum = 0, nesterov }) => {
    const gradient = g + decay * p;
    state.m = momentum * state.m + gradient;
    return p - rate * (nesterov ? gradient + momentum * state.m : state.m);
  },
};

function adamStep({ p, g, rate, t, state }: Element): number {
  state.m = 0.9 * state.m + 0.1 * g;
  state.v = 0.999 * state.v + 0.001 * g ** 2;
  return p - (rate * (state.m / (1 - 0.9 ** t))) / (Math.sqrt(state.v / (1 - 0.999 ** t)) + 1e-8);
}

interface Steps {
  readonly name: string;
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** Factor of the bias's learning rate. */
  readonly biasRate?: number;
}

/** The parameters after `steps` clipped steps of an optimizer in float64. */
function referenceSteps(steps: number, { name, weightDecay = 0, biasRate = 1, ...options }: Steps) {
  const w = Array.from(parameters.weight.data);
  const b = Array.from(parameters.bias.data);
  const states = Array.from({ length: 8 }, () => ({ m: 0, v: 0 }));
  for (let t = 1; t <= steps; t++) {
    const g = gradientsOf(w, b);
    const clip = Math.min(1, maxNorm / (Math.hypot(...g) + 1e-6));
    g.forEach((gradient, i) => {
      const own = { g: gradient * clip, t, state: states[i] };
      if (i < 6) w[i] = rules[name]({ ...own, p: w[i], rate: learningRate, decay: weightDecay }, options);
      else b[i - 6] = rules[name]({ ...own, p: b[i - 6], rate: learningRate * biasRate, decay: 0 }, options);
    });
  }
  return { weight: w, bias: b };
}

/** Of the weight's six elements, then the bias's two. */
function gradientsOf(w: readonly number[], b: readonly number[]): number[] {
  const g = new Array<number>(8).fill(0);
  for (let i = 0; i < 8; i++)
    for (let j = 0; j < 2; j++) {
      let residual = b[j] - batch.y.data[i * 2 + j];
      for (let k = 0; k < 3; k++) residual += batch.x.data[i * 3 + k] * w[k * 2 + j];
      for (let k = 0; k < 3; k++) g[k * 2 + j] += (2 * residual * batch.x.data[i * 3 + k]) / 16;
      g[6 + j] += (2 * residual) / 16;
    }
  return g;
}

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
        learningRateScale: (parameter: string) => (parameter === 'bias' ? 0.5 : 1),
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
    title: 'adds up gradients over batches like one batch of all examples',
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
      const training = await open(engine, { isTrainable: (name: string) => name !== 'bias' });
      await training.step(batch, rate);
      const after = await training.readParameters();
      same('scale', after.scale.data, parameters.scale.data);
      same('bias', after.bias.data, parameters.bias.data);
      if (!(largestDifference(after.weight.data, parameters.weight.data).absolute > 0))
        throw new Error('weight: expected a changed parameter, got an unchanged one');
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
      const read = await training.readParameters();
      await training.step(batch, rate);
      same('parameters given', parameters, before);
      same('parameters read', read, before);
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
    title: 'refuses an optimizer it does not know, and nesterov without momentum',
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
      await refuses('update', () => training.update(rate), /gradient norm, got NaN; no parameter was changed/);
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
