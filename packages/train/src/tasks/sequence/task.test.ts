import { record } from '@attune/engine';
import { replayFloat64 } from '@attune/engine/testing';
import { initialize, packSequences } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../../../test/tiny';
import { argMaxRows } from '../logits';
import type { Target } from './problem';
import { decidedScores, meanLoss, problemOf } from './problems';
import { targetTensors } from './task';

const config = (problemType?: 'multi_label_classification' | 'regression', labels = ['a', 'b']) => ({
  ...tinyModel(labels).config,
  problemType,
});

const sequenceMetrics = (logits: Float32Array, targets: readonly Target[], own: ReturnType<typeof config>) =>
  problemOf(own).evaluationMetrics(logits, targets, own.labels.length);

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

it.each([[undefined], [2], [-2], [0.5], [Number.NaN], ['b']])(
  'refuses the target %j of a classifier with two labels',
  (target) => {
    const targets = [1, target] as readonly Target[];
    expect(() => targetTensors(targets, 2, config())).toThrow(
      /^targets: expected the id of a label .* from 0 to 1, got /,
    );
  },
);

it('turns logits into probabilities, stable for large ones', () => {
  const scores = decidedScores(Float32Array.of(1000, 1001, 0, 0), config());
  expect(scores[0]).toBeCloseTo(1 / (1 + Math.E), 6);
  expect(scores[0] + scores[1]).toBeCloseTo(1, 6);
  expect(Array.from(scores.subarray(2))).toEqual([0.5, 0.5]);
  expect(Array.from(decidedScores(Float32Array.of(0, 100), config('multi_label_classification')))).toEqual([0.5, 1]);
  expect(Array.from(decidedScores(Float32Array.of(3, -2), config('regression', ['x'])))).toEqual([3, -2]);
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

const sequences = [
  [2, 7, 3],
  [2, 9, 11, 14, 3],
  [2, 3],
  [2, 40, 3],
].map((ids) => ({ ids }));

describe('meanLoss', () => {
  it.each<[string, Target[]]>([
    ['single_label_classification', [2, 0, 1, 2]],
    [
      'multi_label_classification',
      [
        [1, 0, 1],
        [0, 0, 0],
        [1, 1, 1],
        [0, 1, 0],
      ],
    ],
    [
      'regression',
      [
        [0.5, -2, 30],
        [1, 1, 1],
        [0, 0, 0],
        [-7, 0.25, 3],
      ],
    ],
  ])("is the loss of the model's program: %s", (problemType, targets) => {
    const { config, ...model } = tinyModel(['a', 'b', 'c'], { problem_type: problemType, initializer_range: 1 });
    const packed = packSequences(sequences, { rowLength: 8 });
    const batch = { ...packed, ...targetTensors(targets, targets.length, config) };
    const parameters = initialize(model.specs, config, 5);
    const { logits, loss } = replayFloat64(record(model.program, batch, parameters), { ...batch, ...parameters });
    const own = meanLoss(Float32Array.from(logits.data), targets, config);
    expect(Math.abs(own / loss.data[0] - 1)).toBeLessThan(1e-6);
  });

  it('is finite where exponentials are not', () => {
    const { config } = tinyModel(['a', 'b']);
    const logits = Float32Array.of(1000, -1000, -1000, 1000);
    expect(meanLoss(logits, [1, 1], config)).toBe(1000);
    const many = { ...config, problemType: 'multi_label_classification' as const };
    expect(
      meanLoss(
        logits,
        [
          [0, 0],
          [1, 1],
        ],
        many,
      ),
    ).toBe(500);
  });

  it('of one number a text takes the number itself', () => {
    const { config } = tinyModel(['size']);
    expect(meanLoss(Float32Array.of(1, 4), [2, 6], { ...config, problemType: 'regression' })).toBe(2.5);
  });
});
