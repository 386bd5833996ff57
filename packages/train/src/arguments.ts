import { AttuneError } from '@attune/engine';

/** How to train; names and meanings as Hugging Face's `TrainingArguments`. */
export interface TrainingArguments {
  readonly learningRate: number;
  /** Examples a step. */
  readonly perDeviceTrainBatchSize: number;
  readonly perDeviceEvalBatchSize: number;
  readonly numTrainEpochs: number;
  /** Batches that make one optimizer step, equal to one batch of all their examples. */
  readonly gradientAccumulationSteps: number;
  /** Steps to take, whatever `numTrainEpochs` says. */
  readonly maxSteps?: number;
  /** Not applied to biases and norms. */
  readonly weightDecay: number;
  /** Share of all steps over which the learning rate rises from 0. */
  readonly warmupRatio: number;
  /** Gradients are scaled down to this global norm; 0 turns clipping off. */
  readonly maxGradNorm: number;
  readonly adamBeta1: number;
  readonly adamBeta2: number;
  readonly adamEpsilon: number;
  /** Most tokens a text, special tokens included; longer ones are truncated. The model's maximum unless given. */
  readonly maxLength?: number;
  readonly seed: number;
  /** Steps between two records of the training loss. */
  readonly loggingSteps: number;
  /** Which evaluation metric chooses the best epoch: `loss` (the lowest), `accuracy`, `macroF1`, … */
  readonly metricForBestModel: string;
  /** When to evaluate, besides at the end: every epoch, every `evalSteps` steps, or never. */
  readonly evalStrategy: Strategy;
  readonly evalSteps: number;
  /** When to write a checkpoint, from which training can go on. */
  readonly saveStrategy: Strategy;
  readonly saveSteps: number;
  /** Most checkpoints kept, the oldest going first; all unless given. */
  readonly saveTotalLimit?: number;
  /** Evaluations without a better metric after which training stops; it goes on to the end unless given. */
  readonly earlyStoppingPatience?: number;
  /** By how much the metric has to improve to count. */
  readonly earlyStoppingThreshold: number;
}

export const strategies = ['no', 'steps', 'epoch'] as const;
export type Strategy = (typeof strategies)[number];

const defaults: TrainingArguments = {
  learningRate: 5e-5,
  perDeviceTrainBatchSize: 16,
  perDeviceEvalBatchSize: 32,
  numTrainEpochs: 3,
  gradientAccumulationSteps: 1,
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

type NumberArgument = Exclude<keyof TrainingArguments, 'metricForBestModel' | 'evalStrategy' | 'saveStrategy'>;

const checks: Readonly<Record<NumberArgument, Check>> = {
  learningRate: ['a number > 0', (x) => Number.isFinite(x) && x > 0],
  perDeviceTrainBatchSize: positiveInteger,
  perDeviceEvalBatchSize: positiveInteger,
  numTrainEpochs: positiveInteger,
  gradientAccumulationSteps: positiveInteger,
  maxSteps: positiveInteger,
  weightDecay: notNegative,
  warmupRatio: ['a number in [0, 1]', (x) => x >= 0 && x <= 1],
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

/** A number of steps says that steps are what counts. */
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
 * @throws AttuneError ARGUMENT_INVALID naming the argument, what it takes and what came
 */
export function trainingArguments(given: Partial<TrainingArguments> = {}): TrainingArguments {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const resolved: TrainingArguments = { ...defaults, ...impliedStrategies(given), ...Object.fromEntries(set) };
  for (const [name, [expected, holds]] of Object.entries(checks)) {
    const value = resolved[name as keyof typeof checks];
    if (value !== undefined && !holds(value))
      throw new AttuneError('ARGUMENT_INVALID', `${name}: expected ${expected}, got ${value}`);
  }
  for (const name of ['evalStrategy', 'saveStrategy'] as const)
    if (!strategies.includes(resolved[name]))
      throw new AttuneError('ARGUMENT_INVALID', `${name}: expected ${strategies.join(', ')}, got ${resolved[name]}`);
  return resolved;
}
