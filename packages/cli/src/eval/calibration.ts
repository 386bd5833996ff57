import { calibrationError, logLoss } from '@attune/metrics';

/** How well probabilities say how often they are right: the log loss (nats) and the expected calibration error, in [0, 1]. */
export interface Calibration {
  readonly logLoss: number;
  readonly ece: number;
}

/** Of yes-no decisions: whether each is so, and the probability it was given. */
export function calibrationOf(truth: ArrayLike<number>, probabilities: ArrayLike<number>): Calibration {
  return { logLoss: logLoss(truth, probabilities), ece: calibrationError(truth, probabilities).expected };
}
