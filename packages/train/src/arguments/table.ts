import { oneOf, type TableOf } from '@attune/internal';
import type { TrainingArguments } from './arguments';
import { optimizers } from './optimizer';
import { schedulerTypes } from './schedules';
import { strategies } from './strategies';

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
  optim: oneOf(optimizers, 'string'),
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
