import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/engine';
import { constantSchedule, constantScheduleWithWarmup } from './constant';
import { cosineSchedule } from './cosine';
import { linearSchedule } from './linear';
import { polynomialSchedule } from './polynomial';
import type { Schedule, ScheduleSteps } from './schedule';

/** How the learning rate changes over a run; names and meanings as Hugging Face's `TrainingArguments`. */
export interface ScheduleArguments {
  readonly lrSchedulerType: SchedulerType;
  /** The cosine's waves; ½ unless given. Hugging Face's `lr_scheduler_kwargs`, as are the next two. */
  readonly numCycles?: number;
  /** The polynomial's power; 1 unless given. */
  readonly power?: number;
  /** The polynomial's last learning rate; 1e-7 unless given. */
  readonly lrEnd?: number;
}

export interface ScheduleOptions extends ScheduleArguments, ScheduleSteps {
  /** The peak. */
  readonly learningRate: number;
}

/** The values of `lrSchedulerType`. */
export const schedulerTypes = ['linear', 'cosine', 'constant', 'constant_with_warmup', 'polynomial'] as const;
export type SchedulerType = (typeof schedulerTypes)[number];

const schedules: Readonly<Record<SchedulerType, (options: ScheduleOptions) => Schedule>> = {
  linear: linearSchedule,
  cosine: cosineSchedule,
  constant: constantSchedule,
  constant_with_warmup: constantScheduleWithWarmup,
  polynomial: polynomialSchedule,
};

/**
 * The schedule of a run, equal to transformers' of the same name. `constant` has no warm-up.
 *
 * @throws AttuneError ARGUMENT_INVALID for an unknown schedule, or an option out of range
 * @see transformers' `get_scheduler` (optimization.py)
 * @example
 * const factor = scheduleFor({ lrSchedulerType: 'cosine', totalSteps: 100, warmupSteps: 10, learningRate: 5e-5 });
 * factor(10); // 1
 */
export function scheduleFor(options: ScheduleOptions): Schedule {
  const { lrSchedulerType: type, numCycles = 0.5, power = 1, lrEnd = 1e-7 } = options;
  if (!schedulerTypes.includes(type))
    throw invalid('lrSchedulerType', `${schedulerTypes.join(', ')}`, `${type}${didYouMean(`${type}`, schedulerTypes)}`);
  for (const [name, value] of Object.entries({ numCycles, power }))
    if (!(value > 0 && Number.isFinite(value))) throw invalid(name, 'a number > 0', value);
  if (!(lrEnd >= 0)) throw invalid('lrEnd', 'a number ≥ 0', lrEnd);
  return schedules[type](options);
}

function invalid(name: string, expected: string, got: string | number): AttuneError {
  return new AttuneError('ARGUMENT_INVALID', `${name}: expected ${expected}, got ${got}`);
}
