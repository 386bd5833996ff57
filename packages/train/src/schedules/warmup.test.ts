import { expect, it } from 'vitest';
import { warmupStepsOf } from './warmup';

it('rounds a share of the steps up', () => {
  const steps = (total: number, warmupRatio?: number) => warmupStepsOf(total, { warmupRatio });
  expect([steps(100, 0.1), steps(101, 0.1), steps(7, 0), steps(7), steps(7, 1)]).toEqual([10, 11, 0, 0, 7]);
});

it('takes steps rather than a share, unless they are 0', () => {
  expect(warmupStepsOf(100, { warmupRatio: 0.1, warmupSteps: 3 })).toBe(3);
  expect(warmupStepsOf(100, { warmupRatio: 0.1, warmupSteps: 0 })).toBe(10);
});
