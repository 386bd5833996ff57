/** The learning rate of an optimizer step, as a factor of the peak. Steps count from 0. */
export type Schedule = (step: number) => number;

/** How long a run is, and how much of it is warm-up. */
export interface ScheduleSteps {
  readonly totalSteps: number;
  /** Steps over which the rate rises linearly from 0 to its peak. */
  readonly warmupSteps: number;
}

/** Rises from 0 over the warm-up; then what `after` makes of the share of the remaining steps, 0 at the peak and 1 at the end. */
export function withWarmup({ totalSteps, warmupSteps }: ScheduleSteps, after: (progress: number) => number): Schedule {
  return (step) =>
    step < warmupSteps
      ? step / Math.max(1, warmupSteps)
      : after((step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
}
