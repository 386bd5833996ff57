import { expect, it } from 'vitest';
import { squaredNorm, trainableMemory } from './memory';
import { adamw, createOptimizer, type OptimizerConfig } from './optimizers';
import { checkLearningRate } from './training';

const settings = { learningRate: 1e-3, weightDecay: 0, scale: 1 };
const { update } = adamw({ name: 'adamw' });

/** Arrays of one parameter with these values and gradients. */
function arraysOf(parameter: readonly number[], gradient: readonly number[]) {
  const { x } = trainableMemory({ x: { shape: [parameter.length], dtype: 'float32' } });
  x.parameter.set(parameter);
  x.gradient.set(gradient);
  return x;
}

it.each([undefined, {}, { learningRate: Number.NaN }, { learningRate: -1 }, { learningRate: '1e-3' }, { lr: 1e-3 }])(
  'refuses %j where an update needs a learning rate',
  (options) => {
    expect(() => checkLearningRate(options as never)).toThrow(/^update: learningRate expected a number ≥ 0, got /);
  },
);

it.each([
  [{ name: 'adamw', weight_decay: 1 }, /known options, got weight_decay; did you mean weightDecay/],
  [{ name: 'adamw', weightDecay: Number.NaN }, /weightDecay expected a number ≥ 0, got NaN/],
  [{ name: 'adam', beta1: 5 }, /beta1 expected a number in \[0, 1\], got 5/],
  [{ name: 'sgd', beta1: 0.9 }, /known options, got beta1/],
])('refuses the options %j', (config, message) => {
  expect(() => createOptimizer(config as OptimizerConfig)).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID', message: expect.stringMatching(message) }),
  );
});

it('steps as PyTorch does, whatever the length', () => {
  for (let length = 1; length <= 9; length++) {
    const arrays = arraysOf(
      Array.from({ length }, (_, i) => i - 2),
      Array.from({ length }, (_, i) => 0.1 * (i - 4)),
    );
    update(arrays, { ...settings, weightDecay: 0.1, step: 1 });
    // The first step's size is the learning rate, in the direction of the gradient.
    arrays.parameter.forEach((value, i) => {
      const expected = (i - 2) * (1 - 1e-4) - (i === 4 ? 0 : 1e-3 * Math.sign(i - 4));
      expect(value).toBeCloseTo(expected, 5);
    });
  }
});

it('flushes moments that only decay to zero before they are denormal', () => {
  const arrays = arraysOf([1], [1]);
  update(arrays, { ...settings, step: 1 });
  arrays.gradient[0] = 0;
  for (let step = 2; step < 1200; step++) {
    update(arrays, { ...settings, step });
    expect(arrays.first[0] === 0 || Math.abs(arrays.first[0]) >= 2 ** -100).toBe(true);
  }
  expect(arrays.first[0]).toBe(0);
});

it('only decays a parameter whose gradient was always zero', () => {
  const arrays = arraysOf([2], [0]);
  for (let step = 1; step <= 10; step++) update(arrays, { ...settings, weightDecay: 0.1, step });
  expect(arrays.parameter[0]).toBeCloseTo(2 * (1 - 1e-4) ** 10, 5);
});

it('sums squares in float64', () => {
  expect(squaredNorm(arraysOf([0, 0, 0], [3, 4, 12]))).toBe(169);
  const million = trainableMemory({ x: { shape: [1000, 1000], dtype: 'float32' } }).x;
  million.gradient.fill(1e-4);
  expect(squaredNorm(million)).toBeCloseTo(0.01, 8);
});
