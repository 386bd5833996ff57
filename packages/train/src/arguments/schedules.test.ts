import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linearSchedule, type ScheduleOptions, scheduleFor, warmupStepsOf } from './schedules';

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

describe('linearSchedule', () => {
  it('rises from 0 and falls to 0, as transformers has it', () => {
    const schedule = linearSchedule({ totalSteps: 10, warmupSteps: 4 });
    const expected = [0, 0.25, 0.5, 0.75, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6, 0, 0];
    expected.forEach((factor, step) => expect(schedule(step)).toBeCloseTo(factor, 12));
  });

  it('starts at the peak without warm-up', () => {
    expect(linearSchedule({ totalSteps: 4, warmupSteps: 0 })(0)).toBe(1);
  });

  it('warms up over a whole run without dividing by zero', () => {
    expect(linearSchedule({ totalSteps: 3, warmupSteps: 3 })(3)).toBe(0);
  });
});

it('rounds a share of the steps up', () => {
  const steps = (total: number, warmupRatio?: number) => warmupStepsOf(total, { warmupRatio });
  expect([steps(100, 0.1), steps(101, 0.1), steps(7, 0), steps(7), steps(7, 1)]).toEqual([10, 11, 0, 0, 7]);
});

it('takes steps rather than a share, unless they are 0', () => {
  expect(warmupStepsOf(100, { warmupRatio: 0.1, warmupSteps: 3 })).toBe(3);
  expect(warmupStepsOf(100, { warmupRatio: 0.1, warmupSteps: 0 })).toBe(10);
});
