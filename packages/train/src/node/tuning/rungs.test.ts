import { describe, expect, it } from 'vitest';
import { bestModel } from '../../loop/best-model';
import type { Trial } from './options';
import { rungsOf } from './rungs';
import { objectiveOf, ranked } from './search';

describe('rungsOf', () => {
  it.each([
    [
      12,
      1 / 6,
      [
        [12, 1 / 3],
        [4, 1],
      ],
    ],
    [
      27,
      1 / 900,
      [
        [27, 1 / 27],
        [9, 1 / 9],
        [3, 1 / 3],
        [1, 1],
      ],
    ],
    [
      30,
      1 / 9,
      [
        [30, 1 / 9],
        [10, 1 / 3],
        [3, 1],
      ],
    ],
    [
      3,
      1 / 3,
      [
        [3, 1 / 3],
        [1, 1],
      ],
    ],
  ])('halves %i trials of least budget %d', (trials, leastBudget, expected) => {
    const rungs = rungsOf({ strategy: 'halving', trials, eta: 3, leastBudget });
    expect(rungs.map((rung) => [rung.trials, rung.budget])).toEqual(expected);
  });

  it('runs each trial in full at random, and refuses what cannot be halved', () => {
    const few = { trials: 2, eta: 3, leastBudget: 1 / 9 };
    expect(rungsOf({ ...few, strategy: 'random' })).toEqual([{ trials: 2, budget: 1 }]);
    expect(() => rungsOf({ ...few, strategy: 'halving' })).toThrow('at least 3 trials and 3 epochs or steps each');
    expect(() => rungsOf({ ...few, strategy: 'random', trials: 0 })).toThrow('trials: expected an integer ≥ 1, got 0');
  });
});

describe('objectiveOf', () => {
  it.each(['loss', 'rmse', 'perplexity', 'accuracy', 'macroF1', 'r2'])(
    'has the direction that chooses the best model by %s',
    async (metric) => {
      const best = bestModel({ metric });
      for (const [step, value] of [1, 2].entries())
        await best.offer(
          { type: 'eval', step, epoch: 1, trainLoss: 0, time: 0, loss: 0, [metric]: value },
          async () => ({}),
        );
      expect(objectiveOf(metric).greaterIsBetter).toBe(best.get()?.value === 2);
    },
  );
});

describe('ranked', () => {
  const trial = (number: number, ...values: (number | null)[]): Trial => ({
    trial: number,
    parameters: {},
    results: values.map((value, i) => ({ rung: i + 1, budget: 1, value })),
  });
  const trials = [
    trial(1, 0.9),
    trial(2, 0.5, 0.6),
    trial(3, null),
    trial(4, 0.5, 0.7),
    trial(5, 0.9),
    trial(6),
    trial(7, null),
  ];
  const order = (greaterIsBetter: boolean) =>
    ranked(trials, { metric: 'm', greaterIsBetter }).map((ranking) => ranking.trial);

  it('has those first that came further, then the better, then the earlier; those that diverged last', () => {
    expect(order(true)).toEqual([4, 2, 1, 5, 6, 3, 7]);
    expect(order(false)).toEqual([2, 4, 1, 5, 6, 3, 7]);
  });
});
