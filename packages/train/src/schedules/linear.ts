import type { Schedule, ScheduleSteps } from './schedule';

/**
 * Rises linearly from 0 over the warm-up, then falls linearly to 0.
 *
 * step < warmup: step / warmup; after it: (total − step) / (total − warmup).
 * @see transformers' `get_linear_schedule_with_warmup` (optimization.py)
 */
export function linearSchedule({ totalSteps, warmupSteps }: ScheduleSteps): Schedule {
  return (step) => {
    if (step < warmupSteps) return step / Math.max(1, warmupSteps);
    return Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
  };
}
