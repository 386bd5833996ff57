import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/internal';

// Learning rate schedules, as transformers has them.

/** The learning rate of an optimizer step, as a factor of the peak. Steps count from 0. */
export type Schedule = (step: number) => number;

/** The length of a run and of its warm-up. */
interface ScheduleSteps {
  /** Optimizer steps of the whole run. */
  readonly totalSteps: number;
  /** Steps over which the rate rises linearly from 0 to its peak. */
  readonly warmupSteps: number;
}

/** Rises from 0 over the warm-up; then `after` of the share of the remaining steps, 0 at the peak and 1 at the end. */
function withWarmup({ totalSteps, warmupSteps }: ScheduleSteps, after: (progress: number) => number): Schedule {
  return (step) =>
    step < warmupSteps
      ? step / Math.max(1, warmupSteps)
      : after((step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
}

/** The peak at every step. @see transformers' `get_constant_schedule` (optimization.py) */
const constantSchedule = (): Schedule => () => 1;

/** Rises linearly from 0 over the warm-up, then stays. @see transformers' `get_constant_schedule_with_warmup` */
const constantScheduleWithWarmup = (steps: ScheduleSteps): Schedule => withWarmup(steps, () => 1);

/**
 * Rises linearly from 0 over the warm-up, then falls linearly to 0.
 *
 * step < warmup: step / warmup; after it: (total − step) / (total − warmup).
 * @see transformers' `get_linear_schedule_with_warmup` (optimization.py)
 */
export function linearSchedule({ totalSteps, warmupSteps }: ScheduleSteps): Schedule {
  return (step) => {
    if (step < warmupSteps) return step / Math.max(1, warmupSteps);
    return Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
  };
}

interface CosineOptions extends ScheduleSteps {
  /** Waves after the warm-up; default ½, half a wave from the peak to 0. */
  readonly numCycles?: number;
}

/**
 * Rises linearly from 0 over the warm-up, then follows a cosine: max(0, ½·(1 + cos(2π·cycles·progress))).
 *
 * @see transformers' `get_cosine_schedule_with_warmup` (optimization.py); Loshchilov, Hutter: SGDR (2017)
 */
function cosineSchedule({ numCycles = 0.5, ...steps }: CosineOptions): Schedule {
  return withWarmup(steps, (progress) => Math.max(0, 0.5 * (1 + Math.cos(2 * Math.PI * numCycles * progress))));
}

interface PolynomialOptions extends ScheduleSteps {
  /** The peak, which `lrEnd` is compared with. */
  readonly learningRate: number;
  /** The learning rate at the end; default 1e-7. */
  readonly lrEnd?: number;
  /** Default 1, a straight line. */
  readonly power?: number;
}

/**
 * Rises linearly from 0 over the warm-up, then falls to `lrEnd`: (1 − end)·(1 − progress)^power + end, with
 * end = lrEnd / learningRate; there it stays.
 *
 * @throws AttuneError ARGUMENT_INVALID where `lrEnd` is not below the peak
 * @see transformers' `get_polynomial_decay_schedule_with_warmup` (optimization.py)
 */
function polynomialSchedule({ learningRate, lrEnd = 1e-7, power = 1, ...steps }: PolynomialOptions): Schedule {
  if (!(lrEnd < learningRate))
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `lrEnd: expected a number below learningRate (${learningRate}), got ${lrEnd}`,
    );
  const end = lrEnd / learningRate;
  return withWarmup(steps, (progress) => (1 - end) * Math.max(0, 1 - progress) ** power + end);
}

/** How the learning rate changes over a run; names and meanings as Hugging Face's `TrainingArguments`. */
export interface ScheduleArguments {
  /** How the learning rate changes after the warm-up; default `linear`, down to 0. */
  readonly lrSchedulerType: SchedulerType;
  /** The cosine's waves; default ½. Hugging Face's `lr_scheduler_kwargs`, as are the next two. */
  readonly numCycles?: number;
  /** The polynomial's power; default 1. */
  readonly power?: number;
  /** The polynomial's last learning rate; default 1e-7. */
  readonly lrEnd?: number;
}

export interface ScheduleOptions extends ScheduleArguments, ScheduleSteps {
  /** The peak. */
  readonly learningRate: number;
}

/** The values of `lrSchedulerType`. */
export const schedulerTypes = ['linear', 'cosine', 'constant', 'constant_with_warmup', 'polynomial'] as const;
/** A value of `lrSchedulerType`. */
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

/** How long the learning rate rises; names and meanings as Hugging Face's `TrainingArguments`. */
export interface WarmupArguments {
  /** Share of all steps over which the learning rate rises from 0, in [0, 1]; default 0. */
  readonly warmupRatio?: number;
  /** Steps over which the learning rate rises from 0; above 0 it replaces `warmupRatio`. Default 0. */
  readonly warmupSteps?: number;
}

/**
 * Warm-up steps of a run: `warmupSteps` where above 0, else the share of all steps, rounded up.
 *
 * @see transformers' `TrainingArguments.get_warmup_steps` (training_args.py of version 4)
 */
export function warmupStepsOf(totalSteps: number, { warmupRatio = 0, warmupSteps = 0 }: WarmupArguments): number {
  return warmupSteps > 0 ? warmupSteps : Math.ceil(totalSteps * warmupRatio);
}
