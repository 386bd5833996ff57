import { expect, it } from 'vitest';
import { figuresIn, spreadOf } from './fold-figures';

it('takes the numbers of a summary, nested ones by a dotted name', () => {
  const summary = {
    accuracy: 0.5,
    engine: 'onnx',
    baseline: { macroF1: 0.25, name: 'x' },
    list: [1],
    loss: Number.NaN,
  };
  expect(figuresIn(summary)).toEqual({ accuracy: 0.5, 'baseline.macroF1': 0.25 });
});

it('gives mean and sample standard deviation of what every fold has', () => {
  // Python: statistics.mean([2, 4, 4, 5, 10]), statistics.stdev([2, 4, 4, 5, 10])
  const { mean, standardDeviation } = spreadOf([2, 4, 4, 5, 10].map((x, i) => ({ x, ...(i > 0 && { some: 1 }) })));
  expect(mean).toEqual({ x: 5 });
  expect(Object.keys(standardDeviation)).toEqual(['x']);
  expect(standardDeviation.x).toBeCloseTo(3, 12);
});
