import type { TrainingArguments } from '@attune/train';
import type { OptionSpec } from '../command';
import { numberFlag, textFlag } from '../flags';

const group = 'Training:';

const number = (help: string, { alias, value = 'n' }: { alias?: string; value?: string } = {}) => ({
  schema: numberFlag().optional(),
  help,
  value,
  group,
  ...(alias && { alias }),
});

/** The flags that are training arguments, under the same names; their ranges and defaults are `trainingArguments`'. */
export const trainingOptions = {
  numTrainEpochs: number('passes over the training data; default 3', { alias: 'epochs' }),
  perDeviceTrainBatchSize: number('examples a step; default 16', { alias: 'batchSize' }),
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
    help: 'which evaluation metric chooses the best epoch; default loss',
    group,
  },
  maxLength: number("most tokens a text, longer ones are cut; default: the model's maximum", { value: 'tokens' }),
  seed: number('of the split, the initial weights, the order and dropout; default 42'),
} as const satisfies Record<keyof TrainingArguments, OptionSpec>;
