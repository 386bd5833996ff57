import { record } from '@attune/engine';
import { replayFloat64 } from '@attune/engine/testing';
import { initialise, packSequences } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../testing/tiny';
import { meanLoss } from './mean-loss';
import { type Target, targetTensors } from './sequence';

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
    const parameters = initialise(model.specs, config, 5);
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
