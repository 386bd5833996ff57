import type { Sequence } from '@attune/models';
import type { Target } from './tasks/sequence';

/** A data set ready for training: token ids and targets, example by example. */
export interface Dataset {
  readonly sequences: readonly Sequence[];
  readonly targets: readonly Target[];
}
