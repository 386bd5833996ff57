import { AttuneError } from '@attune/engine';
import { type Schedule, type ScheduleSteps, withWarmup } from './schedule';

export interface PolynomialOptions extends ScheduleSteps {
  /** The peak, which `lrEnd` is compared with. */
  readonly learningRate: number;
  /** The learning rate at the end; 1e-7 unless given. */
  readonly lrEnd?: number;
  /** 1, a straight line, unless given. */
  readonly power?: number;
}

/**
 * Rises linearly from 0 over the warm-up, then falls to `lrEnd`: (1 − end)·(1 − progress)^power + end, with
 * end = lrEnd / learningRate; there it stays.
 *
 * @throws AttuneError ARGUMENT_INVALID where `lrEnd` is not below the peak
 * @see transformers' `get_polynomial_decay_schedule_with_warmup` (optimization.py)
 */
export function polynomialSchedule({ learningRate, lrEnd = 1e-7, power = 1, ...steps }: PolynomialOptions): Schedule {
  if (!(lrEnd < learningRate))
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `lrEnd: expected a number below learningRate (${learningRate}), got ${lrEnd}`,
    );
  const end = lrEnd / learningRate;
  return withWarmup(steps, (progress) => (1 - end) * Math.max(0, 1 - progress) ** power + end);
}
