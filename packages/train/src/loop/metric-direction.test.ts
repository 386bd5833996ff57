import { expect, it } from 'vitest';
import { isLowerBetter } from './metric-direction';

it.each([
  ['loss', true],
  ['mse', true],
  ['rmse', true],
  ['mae', true],
  ['perplexity', true],
  ['accuracy', false],
  ['macroF1', false],
  ['r2', false],
  ['validationLoss', true],
  ['primaExactMatch', false],
  ['constructor', false],
])('a lower %s is better: %s', (metric, expected) => {
  expect(isLowerBetter(metric)).toBe(expected);
});
