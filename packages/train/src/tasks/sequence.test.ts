import { expect, it } from 'vitest';
import { tinyModel } from '../testing/tiny';
import { argMaxRows, scoresOf, sequenceMetrics, targetTensors } from './sequence';

const config = (problemType?: 'multi_label_classification' | 'regression', labels = ['a', 'b']) => ({
  ...tinyModel(labels).config,
  problemType,
});

it('gives reads past the last example no weight', () => {
  const { labels, weights } = targetTensors([1, 0], 4, config());
  expect([labels.dtype, Array.from(labels.data), Array.from(weights.data)]).toEqual([
    'int32',
    [1, 0, 0, 0],
    [1, 1, 0, 0],
  ]);
  const multi = targetTensors(
    [
      [1, 0],
      [1, 1],
    ],
    3,
    config('multi_label_classification'),
  );
  expect([multi.labels.shape, Array.from(multi.labels.data)]).toEqual([
    [3, 2],
    [1, 0, 1, 1, 0, 0],
  ]);
});

it('turns logits into probabilities, stable for large ones', () => {
  const scores = scoresOf(Float32Array.of(1000, 1001, 0, 0), config());
  expect(scores[0]).toBeCloseTo(1 / (1 + Math.E), 6);
  expect(scores[0] + scores[1]).toBeCloseTo(1, 6);
  expect(Array.from(scores.subarray(2))).toEqual([0.5, 0.5]);
  expect(Array.from(scoresOf(Float32Array.of(0, 100), config('multi_label_classification')))).toEqual([0.5, 1]);
  expect(Array.from(scoresOf(Float32Array.of(3, -2), config('regression', ['x'])))).toEqual([3, -2]);
});

it('has the metrics of each problem type', () => {
  expect(sequenceMetrics(Float32Array.of(2, 1, 0, 1, 3, 0), [0, 1, 1], config())).toEqual({
    accuracy: 2 / 3,
    macroF1: (2 / 3 + 2 / 3) / 2,
    weightedF1: 2 / 3,
    macroPrecision: 0.75,
    macroRecall: 0.75,
  });
  const multi = sequenceMetrics(
    Float32Array.of(1, -1, 1, 1),
    [
      [1, 0],
      [1, 0],
    ],
    config('multi_label_classification'),
  );
  expect(multi).toEqual({ accuracy: 0.5, microF1: 0.8, macroF1: 0.5 });
  const regression = sequenceMetrics(Float32Array.of(1, 3), [1, 2], config('regression', ['x']));
  expect(regression).toMatchObject({ mse: 0.5, mae: 0.5 });
});

it('takes the first of equal largest entries', () => {
  expect([...argMaxRows([1, 1, 0, 0, 5, 5], 3)]).toEqual([0, 1]);
});
