import { describe, expect, it } from 'vitest';
import { linearSchedule } from './linear';

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
