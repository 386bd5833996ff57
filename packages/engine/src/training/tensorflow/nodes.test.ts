import { expect, it } from 'vitest';
import { updateFeeds } from './nodes';

it("makes TensorFlow's Adam PyTorch's", () => {
  const [learningRate, gradient, epsilon] = [0.01, 3e-4, 1e-3];
  const [beta1, beta2] = [0.9, 0.999].map(Math.fround);
  let [m, v] = [0, 0];
  for (let step = 1; step <= 5; step++) {
    m += (gradient - m) * (1 - beta1);
    v += (gradient ** 2 - v) * (1 - beta2);
    const expected = (learningRate * (m / (1 - beta1 ** step))) / (Math.sqrt(v / (1 - beta2 ** step)) + epsilon);
    const feeds = updateFeeds({ name: 'adamw', epsilon }, { step, learningRate, scale: 1 });
    const actual = (m * feeds.rate.data[0]) / (Math.sqrt(v) + feeds.epsilon.data[0]);
    expect(Math.abs(actual / expected - 1)).toBeLessThan(2e-7);
  }
});

it('gives stochastic gradient descent the plain rate', () => {
  const { rate, clipping } = updateFeeds({ name: 'sgd' }, { step: 3, learningRate: 0.5, scale: 0.25 });
  expect([rate.data[0], clipping.data[0]]).toEqual([0.5, 0.25]);
});
