/** The learning rate of an optimizer step, as a factor of the peak. Steps count from 0. */
export type Schedule = (step: number) => number;

/**
 * Rises linearly from 0 over the warm-up, then falls linearly to 0.
 *
 * step < warmup: step / warmup; after it: (total − step) / (total − warmup).
 * @see transformers' `get_linear_schedule_with_warmup`
 */
export function linearSchedule({ totalSteps, warmupSteps }: { totalSteps: number; warmupSteps: number }): Schedule {
  return (step) => {
    if (step < warmupSteps) return step / Math.max(1, warmupSteps);
    return Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
  };
}

/** Warm-up steps of a share of all steps: rounded up, as transformers does. */
export function warmupStepsOf(totalSteps: number, warmupRatio: number): number {
  return Math.ceil(totalSteps * warmupRatio);
}
