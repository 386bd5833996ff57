import { type Schedule, type ScheduleSteps, withWarmup } from './schedule';

export interface CosineOptions extends ScheduleSteps {
  /** Waves after the warm-up: ½, half a wave from the peak to 0, unless given. */
  readonly numCycles?: number;
}

/**
 * Rises linearly from 0 over the warm-up, then follows a cosine: max(0, ½·(1 + cos(2π·cycles·progress))).
 *
 * @see transformers' `get_cosine_schedule_with_warmup` (optimization.py); Loshchilov, Hutter: SGDR (2017)
 */
export function cosineSchedule({ numCycles = 0.5, ...steps }: CosineOptions): Schedule {
  return withWarmup(steps, (progress) => Math.max(0, 0.5 * (1 + Math.cos(2 * Math.PI * numCycles * progress))));
}
