import { describe, expect, it } from 'vitest';
import { classWeights } from './class-weights';

const labels = ['farm', 'mine', 'shop'];

describe('classWeights', () => {
  it('balances as scikit-learn does', () => {
    // compute_class_weight('balanced', classes=[0, 1, 2], y=[0, 0, 0, 0, 1, 1, 2, 2]) = [2/3, 4/3, 4/3]
    expect(classWeights('balanced', [0, 0, 0, 0, 1, 1, 2, 2], labels)).toEqual(Float32Array.of(2 / 3, 4 / 3, 4 / 3));
  });

  it('gives every class the same weight in all', () => {
    const targets = [2, 0, 2, 1, 2, 2, 0, 2, 2];
    const weights = classWeights('balanced', targets, labels);
    const sums = labels.map((_, i) => targets.filter((target) => target === i).length * weights[i]);
    for (const sum of sums) expect(sum).toBeCloseTo(targets.length / 3, 6);
  });

  it('leaves a class out of the count that has no examples', () => {
    expect(classWeights('balanced', [0, 0, 0, 2], labels)).toEqual(Float32Array.of(4 / 6, 1, 2));
  });

  it('takes weights by label, 1 for the others', () => {
    expect(classWeights({ shop: 2.5, farm: 0 }, [0, 1, 2], labels)).toEqual(Float32Array.of(0, 1, 2.5));
  });

  it.each([
    [{ frm: 2 }, [0], 'classWeights: expected one of the 3 labels, got "frm"; did you mean "farm"?'],
    [{ toString: 2 }, [0], 'expected one of the 3 labels, got "toString"'],
    [{ mine: -1 }, [0], 'classWeights: expected a number ≥ 0 for "mine", got -1'],
    [{ mine: Number.NaN }, [0], 'got NaN'],
    [{ farm: 0 }, [0, 0], 'expected a weight above 0 for a class that has examples, got none'],
    ['balance' as 'balanced', [0], 'expected "balanced" or a weight by label, got balance'],
    ['balanced', [[0, 1, 1]], 'expected one label per example, got several'],
    ['balanced', [0, 3], 'expected class ids below 3, got 3'],
    ['balanced', [0, 0.5], 'expected class ids below 3, got 0.5'],
  ] as const)('refuses %j for %j', (weights, targets, message) => {
    const make = () => classWeights(weights, targets, labels);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'CLASS_WEIGHTS_INVALID' }));
  });
});
