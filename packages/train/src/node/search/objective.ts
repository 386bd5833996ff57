import { isLowerBetter } from '../../best-model';

/** What a search is to improve. */
export interface Objective {
  /** A metric of the validation part. */
  readonly metric: string;
  readonly greaterIsBetter: boolean;
}

/**
 * The objective of a metric: the lowest is best where it is a loss or an error, else the highest, as for `metricForBestModel`.
 *
 * @example objectiveOf('macroF1') // { metric: 'macroF1', greaterIsBetter: true }
 */
export function objectiveOf(metric: string): Objective {
  return { metric, greaterIsBetter: !isLowerBetter(metric) };
}
