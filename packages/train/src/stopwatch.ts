/** Clocks, in seconds: `total` always runs, `running` leaves the pauses out; both go on from an earlier run's. */
export interface Stopwatch {
  total(): number;
  running(): number;
  /** `running`, without the earlier run's. */
  sinceStart(): number;
  pause(): void;
  resume(): void;
}

/** What a stopwatch had counted when its run was interrupted. */
export interface StopwatchState {
  readonly total: number;
  readonly running: number;
}

export function startStopwatch(
  saved: StopwatchState = { total: 0, running: 0 },
  now: () => number = () => performance.now(),
): Stopwatch {
  const start = now();
  let pausedAt: number | undefined;
  let paused = 0;
  const sinceStart = () => ((pausedAt ?? now()) - start - paused) / 1000;
  return {
    total: () => saved.total + (now() - start) / 1000,
    running: () => saved.running + sinceStart(),
    sinceStart,
    pause() {
      pausedAt ??= now();
    },
    resume() {
      if (pausedAt !== undefined) paused += now() - pausedAt;
      pausedAt = undefined;
    },
  };
}
