import type { TrainingState } from '@attune/engine';
import type { Best } from './best-model';
import type { GatheredMetrics, LogState, StopwatchState } from './training-log';

/** The complete state of a training, as a checkpoint holds it. */
export interface SavedTraining {
  /** Steps taken, the trained parameters and their moments. */
  readonly state: TrainingState;
  /** Number of steps that updated nothing because every example weighed 0; the optimizer does not count them. Default 0. */
  readonly skipped?: number;
  /** The best evaluation so far, with its parameters; absent before the first. */
  readonly best?: Best;
  /** Losses and tokens that the next record of the loss needs. */
  readonly log: LogState;
  /** Training metrics since the last evaluation. */
  readonly metrics: GatheredMetrics;
  /** Time of training so far. */
  readonly clock: StopwatchState;
}

/** Writes a save, whole or not at all. */
export type SaveTraining = (saved: SavedTraining) => Promise<void>;
