import type { ClassWeights, TrainingArguments } from '@attune/train';
import { z } from 'zod';
import { choiceFlag, expected, listFlag, numberFlag, type OptionSpec, switchFlag, textFlag } from '../program/command';
import { optimizers, quantisedFormats, schedulerTypes, strategies } from './choices';

const group = 'Training:';

const number = <const Alias extends string | undefined = undefined>(
  help: string,
  { alias, value = 'n' }: { alias?: Alias; value?: string } = {},
) => ({
  schema: numberFlag().optional(),
  help,
  value,
  group,
  alias: alias as Alias,
});

/** True where it is given. */
const yes = (help: string) => ({ schema: z.boolean({ error: expected('true or false') }).optional(), help, group });

const choice = <const Choice extends string>(help: string, choices: readonly Choice[], value = 'name') => ({
  schema: choiceFlag(choices).optional(),
  help,
  value,
  group,
});

const strategy = (help: string) => choice(help, strategies, 'when');

/** `balanced`, or an object of weights by label: typed as JSON, in a file as it is. */
const classWeightsFlag = () => {
  const error = expected('balanced, or a JSON object of weights by label');
  return z
    .union([z.string().min(1, { error }), z.record(z.string(), z.number())], { error })
    .transform((given, context): ClassWeights => {
      if (given === 'balanced' || typeof given === 'object') return given;
      try {
        const weights = JSON.parse(given);
        if (typeof weights === 'object' && weights !== null && !Array.isArray(weights)) return weights;
      } catch {}
      context.addIssue(error({ input: given }));
      return {};
    });
};

/** The flags that are training arguments, under the same names; their ranges and defaults are `trainingArguments`'. */
export const trainingOptions = {
  numTrainEpochs: number('passes over the training data; default 3', { alias: 'epochs' }),
  maxSteps: number('stop after so many steps; default: as many as the epochs have'),
  perDeviceTrainBatchSize: number('examples a batch; default 16', { alias: 'batchSize' }),
  gradientAccumulationSteps: number('batches a step, equal to one larger batch; default 1'),
  gradientCheckpointing: yes(
    'keep of a layer only what goes into it, and compute it once more: less memory, more time',
  ),
  bf16: yes('matrix products in bfloat16: faster where the processor multiplies it, less exact; engine tfjs-node'),
  perDeviceEvalBatchSize: number('texts an evaluation batch; default 32', { alias: 'evalBatchSize' }),
  learningRate: number('peak learning rate; default 5e-5', { value: 'rate' }),
  lrSchedulerType: choice(
    'how the learning rate falls: linear (default), cosine, constant, constant_with_warmup, polynomial',
    schedulerTypes,
  ),
  warmupRatio: number('share of the steps over which the learning rate rises; default 0', { value: 'share' }),
  warmupSteps: number('steps over which it rises, in place of the share'),
  numCycles: number("the cosine's waves; default 0.5"),
  power: number("the polynomial's power; default 1"),
  lrEnd: number("the polynomial's last learning rate; default 1e-7", { value: 'rate' }),
  optim: { ...choice('adamw (default), adam or sgd', optimizers), alias: 'optimizer' },
  weightDecay: number('weight decay, not on biases and norms; default 0', { value: 'rate' }),
  maxGradNorm: number('clip gradients to this norm, 0 for never; default 1', { value: 'norm' }),
  adamBeta1: number('default 0.9', { value: 'beta' }),
  adamBeta2: number('default 0.999', { value: 'beta' }),
  adamEpsilon: number('default 1e-8', { value: 'epsilon' }),
  sgdMomentum: number('default 0', { value: 'momentum' }),
  sgdNesterov: yes("Nesterov's momentum"),
  layerwiseLrDecay: number("a layer's learning rate as a share of the next one's; default 1", { value: 'share' }),
  freezeLayers: number('keep the embeddings and so many of the first layers as they are; 0 is the embeddings alone'),
  freeze: {
    schema: listFlag().optional(),
    value: 'patterns',
    help: 'keep parameters of these names as they are: bert.embeddings.*,bert.pooler.*',
    group,
  },
  labelSmoothingFactor: number('share of each target that is spread over all classes; default 0', {
    alias: 'labelSmoothing',
    value: 'share',
  }),
  focalGamma: number('the focal loss’s γ, which makes sure examples count less; default 0', { value: 'gamma' }),
  classWeights: {
    schema: classWeightsFlag().optional(),
    value: 'weights',
    help: 'what an example of a class counts: balanced, or JSON such as \'{"rare": 5}\'',
    group,
  },
  loggingSteps: number('steps between two lines of metrics.jsonl; default 10'),
  metricForBestModel: {
    schema: textFlag().optional(),
    value: 'metric',
    help: 'which evaluation metric chooses the best model; default loss, of token classification f1',
    group,
  },
  evalStrategy: strategy('evaluate each epoch, every --eval-steps, or at no time: epoch (default), steps, no'),
  evalSteps: number('steps between two evaluations; given alone it sets --eval-strategy steps'),
  saveStrategy: strategy('write a checkpoint each epoch, every --save-steps, or never: epoch (default), steps, no'),
  saveSteps: number('steps between two checkpoints; given alone it sets --save-strategy steps'),
  saveTotalLimit: number('checkpoints kept; default 1'),
  earlyStoppingPatience: number('stop after so many evaluations without a better metric; default: never'),
  earlyStoppingThreshold: number('by how much the metric must improve to count; default 0', { value: 'amount' }),
  maxLength: number(
    "most tokens a text, longer ones are cut; default: the model's maximum, of causal-lm what cuts fewer than 1 % of the training texts",
    { value: 'tokens' },
  ),
  seed: number('of the split, the initial weights, the order and dropout; default 42'),
} as const satisfies Record<keyof TrainingArguments, OptionSpec>;

const adapters = 'LoRA:';

/** Adapters in place of a training of all weights: of every task. */
export const loraOptions = {
  loraR: {
    schema: numberFlag().optional(),
    value: 'rank',
    help: 'freeze the model and train adapters of this rank; adapter/ then holds them, model/ the model with them in it',
    group: adapters,
  },
  loraAlpha: {
    schema: numberFlag().optional(),
    value: 'n',
    help: 'their scale, times the rank; default 8',
    group: adapters,
  },
  loraDropout: {
    schema: numberFlag().optional(),
    value: 'rate',
    help: 'how much of their input is dropped out while training; default 0',
    group: adapters,
  },
  loraTargetModules: {
    schema: listFlag().optional(),
    value: 'names',
    help: 'the modules to adapt: ends of their names (q_proj,v_proj), a regular expression of whole names, or all-linear, all but the one that makes the logits; default all-linear',
    group: adapters,
  },
  loraModulesToSave: {
    schema: listFlag().optional(),
    value: 'names',
    help: "modules to train and save whole; default: a classifier's head, and a head that is new",
    group: adapters,
  },
  quantize: {
    schema: choiceFlag(quantisedFormats).optional(),
    value: 'format',
    help: `read the frozen model's matrices as ${quantisedFormats.join(', ')}, in 8 or 4 bits each number, and leave the adapters beside it: no model/ is written`,
    group: adapters,
  },
  mergeAdapter: {
    schema: switchFlag(),
    help: 'with --quantize write model/ all the same, in float32, with the adapters in it',
    group: adapters,
  },
  loraUseRslora: { schema: switchFlag(), help: 'divide --lora-alpha by the root of the rank', group: adapters },
} as const;
