import type { Objective } from './objective';
import type { Rung } from './rungs';
import type { TrialParameters } from './search-space';

/** What one training of a trial came to. */
export interface TrialResult {
  /** From 1. */
  readonly rung: number;
  /** The share of a full training. */
  readonly budget: number;
  /** Null for one that came to no finite number: a training that diverged. */
  readonly value: number | null;
}

export interface Trial {
  /** From 1. */
  readonly trial: number;
  readonly parameters: TrialParameters;
  readonly results: readonly TrialResult[];
}

/** What `search.json` holds. */
export interface SearchState {
  readonly version: 1;
  /** What decides the search besides the code; it goes on only with the same. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly objective: Objective;
  readonly rungs: readonly Rung[];
  readonly trials: readonly Trial[];
  /** The number of the best trial, once all have ended. */
  readonly best?: number;
}

/** The last result of a trial; none has run for too short a time to have one. */
export const lastResult = ({ results }: Trial): TrialResult | undefined => results.at(-1);

/** The trials, best first: those that came further before others, then by value, then in their order. */
export function ranked(trials: readonly Trial[], { greaterIsBetter }: Objective): readonly Trial[] {
  const rungOf = (trial: Trial) => lastResult(trial)?.rung ?? 0;
  const score = (trial: Trial) => {
    const value = lastResult(trial)?.value ?? null;
    return value === null ? Number.NEGATIVE_INFINITY : greaterIsBetter ? value : -value;
  };
  // Compared, not subtracted: two infinities have no difference.
  const byScore = (a: Trial, b: Trial) => Number(score(b) > score(a)) - Number(score(b) < score(a));
  return [...trials].sort((a, b) => rungOf(b) - rungOf(a) || byScore(a, b) || a.trial - b.trial);
}
