import { describe, expect, it } from 'vitest';
import { bestModel } from './best-model';
import type { EvaluationEvent } from './events';

/** Step of the best evaluation, and evaluations without enough improvement, after each value. */
async function after(values: readonly (number | undefined)[], options: { metric?: string; threshold?: number } = {}) {
  const { metric = 'accuracy', threshold } = options;
  const best = bestModel({ metric, threshold });
  const states: (readonly [step: number, since: number])[] = [];
  for (const [i, value] of values.entries()) {
    const measured = value === undefined ? {} : { loss: 1, [metric]: value };
    const event = { type: 'eval', step: i + 1, epoch: 1, trainLoss: 1, time: 1, ...measured } as EvaluationEvent;
    await best.offer(event, async () => ({}));
    states.push([best.get()!.step, best.get()!.since]);
  }
  return states;
}

describe('bestModel', () => {
  it('takes any improvement, and counts those within the threshold towards early stopping, as transformers does', async () => {
    const states = await after([0.5, 0.6, 0.7, 0.7, 0.95, 0.9], { threshold: 0.2 });
    expect(states.map(([step]) => step)).toEqual([1, 2, 3, 3, 5, 5]);
    expect(states.map(([, since]) => since)).toEqual([0, 1, 2, 3, 0, 1]);
  });

  it('takes the lowest loss', async () => {
    expect(await after([2, 1, 1.5], { metric: 'loss' })).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
  });

  it('takes a number before NaN, and the newest where nothing is evaluated', async () => {
    expect((await after([Number.NaN, -0.5, Number.NaN])).map(([step]) => step)).toEqual([1, 2, 2]);
    expect((await after([undefined, undefined])).map(([step]) => step)).toEqual([1, 2]);
  });
});
