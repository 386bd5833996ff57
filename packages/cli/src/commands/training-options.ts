import { strategies, type TrainingArguments } from '@attune/train';
import type { OptionSpec } from '../command';
import { choiceFlag, numberFlag, textFlag } from '../flags';

const group = 'Training:';

const number = (help: string, { alias, value = 'n' }: { alias?: string; value?: string } = {}) => ({
  schema: numberFlag().optional(),
  help,
  value,
  group,
  ...(alias && { alias }),
});

const strategy = (help: string) => ({
  schema: choiceFlag(strategies).optional(),
  help,
  value: 'when',
  group,
});

/** The flags that are training arguments, under the same names; their ranges and defaults are `trainingArguments`'. */
export const trainingOptions = {
  numTrainEpochs: number('passes over the training data; default 3', { alias: 'epochs' }),
  maxSteps: number('stop after so many steps; default: as many as the epochs have'),
  perDeviceTrainBatchSize: number('examples a batch; default 16', { alias: 'batchSize' }),
  gradientAccumulationSteps: number('batches a step, equal to one larger batch; default 1'),
  perDeviceEvalBatchSize: number('texts an evaluation batch; default 32', { alias: 'evalBatchSize' }),
  learningRate: number('peak learning rate; default 5e-5', { value: 'rate' }),
  weightDecay: number('AdamW weight decay, not on biases and norms; default 0', { value: 'rate' }),
  warmupRatio: number('share of the steps over which the learning rate rises; default 0', { value: 'share' }),
  maxGradNorm: number('clip gradients to this norm, 0 for never; default 1', { value: 'norm' }),
  adamBeta1: number('default 0.9', { value: 'beta' }),
  adamBeta2: number('default 0.999', { value: 'beta' }),
  adamEpsilon: number('default 1e-8', { value: 'epsilon' }),
  loggingSteps: number('steps between two lines of metrics.jsonl; default 10'),
  metricForBestModel: {
    schema: textFlag().optional(),
    value: 'metric',
    help: 'which evaluation metric chooses the best model; default loss',
    group,
  },
  evalStrategy: strategy('evaluate each epoch, every --eval-steps, or at no time: epoch (default), steps, no'),
  evalSteps: number('steps between two evaluations; given alone it sets --eval-strategy steps'),
  saveStrategy: strategy('write a checkpoint each epoch, every --save-steps, or never: epoch (default), steps, no'),
  saveSteps: number('steps between two checkpoints; given alone it sets --save-strategy steps'),
  saveTotalLimit: number('checkpoints kept; default 1'),
  earlyStoppingPatience: number('stop after so many evaluations without a better metric; default: never'),
  earlyStoppingThreshold: number('by how much the metric must improve to count; default 0', { value: 'amount' }),
  maxLength: number("most tokens a text, longer ones are cut; default: the model's maximum", { value: 'tokens' }),
  seed: number('of the split, the initial weights, the order and dropout; default 42'),
} as const satisfies Record<keyof TrainingArguments, OptionSpec>;
