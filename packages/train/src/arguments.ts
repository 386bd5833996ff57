import { AttuneError } from '@attune/engine';

/** How to train; names and meanings as Hugging Face's `TrainingArguments`. */
export interface TrainingArguments {
  readonly learningRate: number;
  /** Examples a step. */
  readonly perDeviceTrainBatchSize: number;
  readonly perDeviceEvalBatchSize: number;
  readonly numTrainEpochs: number;
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
}

const defaults: TrainingArguments = {
  learningRate: 5e-5,
  perDeviceTrainBatchSize: 16,
  perDeviceEvalBatchSize: 32,
  numTrainEpochs: 3,
  weightDecay: 0,
  warmupRatio: 0,
  maxGradNorm: 1,
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  seed: 42,
  loggingSteps: 10,
  metricForBestModel: 'loss',
};

type Check = readonly [expected: string, holds: (value: number) => boolean];

const positiveInteger: Check = ['an integer ≥ 1', (x) => Number.isInteger(x) && x >= 1];
const notNegative: Check = ['a number ≥ 0', (x) => Number.isFinite(x) && x >= 0];
const share: Check = ['a number in [0, 1)', (x) => x >= 0 && x < 1];

const checks: Readonly<Record<Exclude<keyof TrainingArguments, 'metricForBestModel'>, Check>> = {
  learningRate: ['a number > 0', (x) => Number.isFinite(x) && x > 0],
  perDeviceTrainBatchSize: positiveInteger,
  perDeviceEvalBatchSize: positiveInteger,
  numTrainEpochs: positiveInteger,
  weightDecay: notNegative,
  warmupRatio: ['a number in [0, 1]', (x) => x >= 0 && x <= 1],
  maxGradNorm: notNegative,
  adamBeta1: share,
  adamBeta2: share,
  adamEpsilon: notNegative,
  maxLength: ['an integer ≥ 3 (two special tokens and one of the text)', (x) => Number.isInteger(x) && x >= 3],
  seed: ['an integer in [0, 2³¹)', (x) => Number.isInteger(x) && x >= 0 && x < 2 ** 31],
  loggingSteps: positiveInteger,
};

/**
 * Training arguments with Hugging Face's defaults (but batches of 16 and 32, and 10 logging steps).
 *
 * @throws AttuneError ARGUMENT_INVALID naming the argument, what it takes and what came
 */
export function trainingArguments(given: Partial<TrainingArguments> = {}): TrainingArguments {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const resolved: TrainingArguments = { ...defaults, ...Object.fromEntries(set) };
  for (const [name, [expected, holds]] of Object.entries(checks)) {
    const value = resolved[name as keyof typeof checks];
    if (value !== undefined && !holds(value))
      throw new AttuneError('ARGUMENT_INVALID', `${name}: expected ${expected}, got ${value}`);
  }
  return resolved;
}
