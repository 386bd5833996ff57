import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ScheduleOptions, scheduleFor } from './schedule-for';

interface Golden extends ScheduleOptions {
  readonly num_cycles?: number;
  readonly lr_end?: number;
  readonly rates: readonly number[];
}

/** Learning rates of transformers' get_scheduler, three steps past the end of each run: peers/make_options.py. */
const goldens: readonly Golden[] = JSON.parse(
  readFileSync(new URL('../../fixtures/schedules.json', import.meta.url), 'utf8'),
);

const base = { totalSteps: 10, warmupSteps: 2, learningRate: 1e-3 } as const;

describe('scheduleFor', () => {
  it.each(goldens)('has the rates of $lrSchedulerType over $totalSteps, $warmupSteps of them warm-up', (golden) => {
    const { num_cycles: numCycles, lr_end: lrEnd, rates, learningRate } = golden;
    const schedule = scheduleFor({ ...golden, numCycles, lrEnd });
    rates.forEach((rate, step) => expect(schedule(step) * learningRate, `step ${step}`).toBeCloseTo(rate, 15));
  });

  it('is at half its height in the middle of a cosine', () => {
    const schedule = scheduleFor({ ...base, lrSchedulerType: 'cosine' });
    expect([1, 2, 6, 10].map(schedule).map((factor) => Number(factor.toFixed(12)))).toEqual([0.5, 1, 0.5, 0]);
  });

  it('ends a run that is all warm-up', () => {
    const all = { ...base, totalSteps: 3, warmupSteps: 3 };
    expect(scheduleFor({ ...all, lrSchedulerType: 'polynomial' })(3)).toBe(1);
    expect(scheduleFor({ ...all, lrSchedulerType: 'cosine' })(3)).toBe(1);
  });

  it.each([
    [
      { lrSchedulerType: 'cosin' as 'cosine' },
      /^lrSchedulerType: expected linear, .*got cosin; did you mean "cosine"\?$/,
    ],
    [{ lrSchedulerType: 'polynomial', lrEnd: 0.01 }, 'lrEnd: expected a number below learningRate (0.001), got 0.01'],
    [{ lrSchedulerType: 'polynomial', power: 0 }, 'power: expected a number > 0, got 0'],
    [{ lrSchedulerType: 'cosine', numCycles: Number.NaN }, 'numCycles: expected a number > 0, got NaN'],
    [{ lrSchedulerType: 'polynomial', lrEnd: -1 }, 'lrEnd: expected a number ≥ 0, got -1'],
  ] as const)('refuses %j', (options, message) => {
    const make = () => scheduleFor({ ...base, ...options });
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
