import { AttuneError, checkOptions, didYouMean, oneOf, type TableOf } from '@attune/internal';
import { adamwNames, type OptimizerArguments, optimizerOf, optimizers } from './optimizer';
import { type ScheduleArguments, schedulerTypes, type WarmupArguments } from './schedules';
import { type Strategy, strategies } from './strategies';

/** How to train; names and meanings as Hugging Face's `TrainingArguments`. */
export interface TrainingArguments extends OptimizerArguments, ScheduleArguments, WarmupArguments {
  /** The peak of the learning rate, above 0; default 5e-5. */
  readonly learningRate: number;
  /** Examples per batch of training, at least 1; default 16. */
  readonly perDeviceTrainBatchSize: number;
  /** Examples per batch of evaluation, at least 1; default 32 (of causal language modeling that of training). */
  readonly perDeviceEvalBatchSize: number;
  /** Passes over the training data, an integer of at least 1; default 3. */
  readonly numTrainEpochs: number;
  /** Batches that make one optimizer step, equal to one batch of all their examples; default 1. */
  readonly gradientAccumulationSteps: number;
  /** Recomputes activations in the backward pass: less memory, about a third slower, the same numbers; default false. */
  readonly gradientCheckpointing?: boolean;
  /**
   * Matrix products in bfloat16, all else in float32: faster where the processor multiplies it, and less exact. Of the engines `tfjs-node`
   * does it; on the others it is an error. Default false.
   */
  readonly bf16?: boolean;
  /** Optimizer steps to take, in place of `numTrainEpochs`; default none. */
  readonly maxSteps?: number;
  /** Share of each target that is spread over all classes, in [0, 1); default 0. */
  readonly labelSmoothingFactor: number;
  /** The γ of the focal loss, which lowers the weight of examples that the model predicts with confidence. Default 0, the cross-entropy. */
  readonly focalGamma: number;
  /** Weight of each class in the training loss; default 1 of each. */
  readonly classWeights?: ClassWeights;
  /** Most tokens per text, special tokens included; longer texts are truncated. Default the tokenizer's `model_max_length`, at most the model's positions. */
  readonly maxLength?: number;
  /** Seed of order, dropout, new parameters and masks, an integer in [0, 2³¹); default 42. */
  readonly seed: number;
  /** Optimizer steps between two records of the training loss; default 10. */
  readonly loggingSteps: number;
  /** The evaluation metric that chooses the best evaluation: `loss` (the lowest), `accuracy`, `macroF1`, …; default `loss`, of taggers `f1`. */
  readonly metricForBestModel: string;
  /** When to evaluate, in addition to the end: every epoch, every `evalSteps` steps, or never; default `epoch`. */
  readonly evalStrategy: Strategy;
  /** Optimizer steps between two evaluations, which also sets `evalStrategy` to `steps`; default 500. */
  readonly evalSteps: number;
  /** When to write a checkpoint, from which training can resume; default `epoch`. */
  readonly saveStrategy: Strategy;
  /** Optimizer steps between two checkpoints, which also sets `saveStrategy` to `steps`; default 500. */
  readonly saveSteps: number;
  /** Most checkpoints kept, the oldest removed first; default 1. */
  readonly saveTotalLimit?: number;
  /** Evaluations without a better metric after which training stops; by default it never stops early. */
  readonly earlyStoppingPatience?: number;
  /** Least improvement of the metric that counts, at least 0; default 0. */
  readonly earlyStoppingThreshold: number;
}

/** Weight of an example in the loss: `balanced` by the frequency of its class, or a weight per label, default 1. */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>;

/** The arguments whose value is one of a few words. */
export const argumentChoices = {
  optim: optimizers,
  lrSchedulerType: schedulerTypes,
  evalStrategy: strategies,
  saveStrategy: strategies,
} as const;

/** Training arguments by name, each with the kind of value that it is; `trainingArguments` checks ranges and words. */
export const argumentTable = {
  learningRate: 'number',
  perDeviceTrainBatchSize: 'number',
  perDeviceEvalBatchSize: 'number',
  numTrainEpochs: 'number',
  gradientAccumulationSteps: 'number',
  gradientCheckpointing: 'boolean',
  bf16: 'boolean',
  maxSteps: 'number',
  labelSmoothingFactor: 'number',
  focalGamma: 'number',
  classWeights: oneOf(['balanced'], 'object'),
  maxLength: 'number',
  seed: 'number',
  loggingSteps: 'number',
  metricForBestModel: 'string',
  evalStrategy: oneOf(strategies, 'string'),
  evalSteps: 'number',
  saveStrategy: oneOf(strategies, 'string'),
  saveSteps: 'number',
  saveTotalLimit: 'number',
  earlyStoppingPatience: 'number',
  earlyStoppingThreshold: 'number',
  optim: oneOf([...optimizers, ...adamwNames], 'string'),
  adamBeta1: 'number',
  adamBeta2: 'number',
  adamEpsilon: 'number',
  sgdMomentum: 'number',
  sgdNesterov: 'boolean',
  weightDecay: 'number',
  maxGradNorm: 'number',
  layerwiseLrDecay: 'number',
  freeze: 'strings',
  freezeLayers: 'number',
  lrSchedulerType: oneOf(schedulerTypes, 'string'),
  numCycles: 'number',
  power: 'number',
  lrEnd: 'number',
  warmupRatio: 'number',
  warmupSteps: 'number',
} satisfies TableOf<Partial<TrainingArguments>>;

/** The defaults of the arguments. */
export const defaultArguments: TrainingArguments = {
  learningRate: 5e-5,
  perDeviceTrainBatchSize: 16,
  perDeviceEvalBatchSize: 32,
  numTrainEpochs: 3,
  gradientAccumulationSteps: 1,
  labelSmoothingFactor: 0,
  focalGamma: 0,
  optim: 'adamw',
  lrSchedulerType: 'linear',
  weightDecay: 0,
  warmupRatio: 0,
  maxGradNorm: 1,
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  seed: 42,
  loggingSteps: 10,
  metricForBestModel: 'loss',
  evalStrategy: 'epoch',
  evalSteps: 500,
  saveStrategy: 'epoch',
  saveSteps: 500,
  saveTotalLimit: 1,
  earlyStoppingThreshold: 0,
};

type Check = readonly [expected: string, holds: (value: number) => boolean];

const positiveInteger: Check = ['an integer ≥ 1', (x) => Number.isInteger(x) && x >= 1];
const notNegative: Check = ['a number ≥ 0', (x) => Number.isFinite(x) && x >= 0];
const share: Check = ['a number in [0, 1)', (x) => x >= 0 && x < 1];

type NumberArgument = {
  readonly [Name in keyof TrainingArguments]-?: NonNullable<TrainingArguments[Name]> extends number ? Name : never;
}[keyof TrainingArguments];

const checks: Readonly<Record<NumberArgument, Check>> = {
  learningRate: ['a number > 0', (x) => Number.isFinite(x) && x > 0],
  perDeviceTrainBatchSize: positiveInteger,
  perDeviceEvalBatchSize: positiveInteger,
  numTrainEpochs: positiveInteger,
  gradientAccumulationSteps: positiveInteger,
  maxSteps: positiveInteger,
  weightDecay: notNegative,
  warmupRatio: ['a number in [0, 1]', (x) => x >= 0 && x <= 1],
  warmupSteps: ['an integer ≥ 0', (x) => Number.isInteger(x) && x >= 0],
  labelSmoothingFactor: share,
  focalGamma: notNegative,
  numCycles: ['a number > 0', (x) => x > 0],
  power: ['a number > 0', (x) => x > 0],
  lrEnd: notNegative,
  sgdMomentum: share,
  layerwiseLrDecay: ['a number in (0, 1]', (x) => x > 0 && x <= 1],
  freezeLayers: ['an integer ≥ 0', (x) => Number.isInteger(x) && x >= 0],
  maxGradNorm: notNegative,
  adamBeta1: share,
  adamBeta2: share,
  adamEpsilon: notNegative,
  maxLength: ['an integer ≥ 3 (two special tokens and one of the text)', (x) => Number.isInteger(x) && x >= 3],
  seed: ['an integer in [0, 2³¹)', (x) => Number.isInteger(x) && x >= 0 && x < 2 ** 31],
  loggingSteps: positiveInteger,
  evalSteps: positiveInteger,
  saveSteps: positiveInteger,
  saveTotalLimit: positiveInteger,
  earlyStoppingPatience: positiveInteger,
  earlyStoppingThreshold: notNegative,
};

/** A number of steps implies the strategy `steps`. */
function impliedStrategies({ evalSteps, saveSteps }: Partial<TrainingArguments>): Partial<TrainingArguments> {
  return {
    ...(evalSteps !== undefined && { evalStrategy: 'steps' }),
    ...(saveSteps !== undefined && { saveStrategy: 'steps' }),
  };
}

/**
 * Training arguments with Hugging Face's defaults, but batches of 16 and 32, 10 logging steps, and evaluation and a
 * checkpoint after each epoch, the last of which is kept.
 *
 * @throws AttuneError ARGUMENT_INVALID naming the argument, the expected and the actual value; for an unknown name, the nearest known one
 * @example
 * const args = trainingArguments({ learningRate: 1e-3, numTrainEpochs: 8 });
 */
export function trainingArguments(options: Partial<TrainingArguments> = {}): TrainingArguments {
  checkOptions('trainingArguments', options, argumentTable);
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  const resolved: TrainingArguments = {
    ...defaultArguments,
    ...impliedStrategies(options),
    ...Object.fromEntries(set),
    ...(options.optim !== undefined && { optim: optimizerOf(options.optim) }),
  };
  checkArgumentValues(resolved);
  return resolved;
}

/**
 * Refuses numbers out of their ranges, and unknown words.
 *
 * @throws AttuneError ARGUMENT_INVALID naming the argument, the expected and the actual value
 */
export function checkArgumentValues(resolved: TrainingArguments): void {
  for (const [name, [expected, holds]] of Object.entries(checks)) {
    const value = resolved[name as keyof typeof checks];
    if (value !== undefined && !holds(value))
      throw new AttuneError('ARGUMENT_INVALID', `${name}: expected ${expected}, got ${value}`);
  }
  for (const [name, choices] of Object.entries(argumentChoices)) {
    const value = resolved[name as keyof typeof argumentChoices];
    if (!(choices as readonly string[]).includes(value))
      throw new AttuneError(
        'ARGUMENT_INVALID',
        `${name}: expected ${choices.join(', ')}, got ${value}${didYouMean(value, choices)}`,
      );
  }
}
