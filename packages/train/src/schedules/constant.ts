import { type Schedule, type ScheduleSteps, withWarmup } from './schedule';

/** The peak at every step. @see transformers' `get_constant_schedule` (optimization.py) */
export const constantSchedule = (): Schedule => () => 1;

/** Rises linearly from 0 over the warm-up, then stays. @see transformers' `get_constant_schedule_with_warmup` */
export const constantScheduleWithWarmup = (steps: ScheduleSteps): Schedule => withWarmup(steps, () => 1);
