import type { TrainingState } from '@attune/engine';
import type { Best } from './best-model';
import type { GatheredMetrics, LogState, StopwatchState } from './training-log';

/** Everything that decides how training goes on, as a checkpoint holds it. */
export interface SavedTraining {
  /** Steps taken, the trained parameters and their moments. */
  readonly state: TrainingState;
  /** How many of the steps taken updated nothing, because every example weighed 0; the optimizer does not count them. Default 0. */
  readonly skipped?: number;
  readonly best?: Best;
  readonly log: LogState;
  readonly metrics: GatheredMetrics;
  readonly clock: StopwatchState;
}

/** Writes a save, whole or not at all. */
export type SaveTraining = (saved: SavedTraining) => Promise<void>;
