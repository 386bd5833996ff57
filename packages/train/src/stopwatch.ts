/** Two clocks: `total` always runs, `running` leaves the pauses out. Both in seconds. */
export interface Stopwatch {
  total(): number;
  running(): number;
  pause(): void;
  resume(): void;
}

export function startStopwatch(now: () => number = () => performance.now()): Stopwatch {
  const start = now();
  let pausedAt: number | undefined;
  let paused = 0;
  return {
    total: () => (now() - start) / 1000,
    running: () => ((pausedAt ?? now()) - start - paused) / 1000,
    pause() {
      pausedAt ??= now();
    },
    resume() {
      if (pausedAt !== undefined) paused += now() - pausedAt;
      pausedAt = undefined;
    },
  };
}
