// Options of training itself: the training arguments, and LoRA adapters.
import type { ClassWeights, TrainingArguments } from '@attune/train';
import { z } from 'zod';
import { choiceFlag, expected, listFlag, numberFlag, type OptionSpec, switchFlag, textFlag } from '../program/command';
import { adamwNames, optimizers, quantizedFormats, schedulerTypes, strategies } from './choices';

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

/** A switch without a default. */
const yes = (help: string) => ({ schema: z.boolean({ error: expected('true or false') }).optional(), help, group });

const choice = <const Choice extends string>(help: string, choices: readonly Choice[], value = 'name') => ({
  schema: choiceFlag(choices).optional(),
  help,
  value,
  group,
});

const strategy = (help: string) => choice(help, strategies, 'when');

/** `balanced`, or an object of weights by label, which is typed as JSON. */
const classWeightsFlag = () => {
  const error = expected('balanced, or a JSON object of weights by label');
  return z
    .union([z.string().min(1, { error }), z.record(z.string(), z.number())], { error })
    .transform((input, context): ClassWeights => {
      if (input === 'balanced' || typeof input === 'object') return input;
      try {
        const weights = JSON.parse(input);
        if (typeof weights === 'object' && weights !== null && !Array.isArray(weights)) return weights;
      } catch {}
      context.addIssue(error({ input }));
      return {};
    });
};

/** The flags that are training arguments, under the same names; their ranges and defaults are `trainingArguments`'. */
export const trainingOptions = {
  numTrainEpochs: number('number of epochs (passes over the training data); default 3', { alias: 'epochs' }),
  maxSteps: number('stop after this many optimizer steps; default: all steps of the epochs'),
  perDeviceTrainBatchSize: number('training examples per batch; default 16', { alias: 'batchSize' }),
  gradientAccumulationSteps: number('batches per optimizer step, equivalent to one larger batch; default 1'),
  gradientCheckpointing: yes('recompute activations in the backward pass (less memory, about a third slower)'),
  bf16: yes(
    'compute matrix products in bfloat16 (faster where the processor supports it, less exact; engine tfjs-node)',
  ),
  perDeviceEvalBatchSize: number('texts per evaluation batch; default 32, for causal-lm as in training', {
    alias: 'evalBatchSize',
  }),
  learningRate: number('peak learning rate; default 5e-5, with --lora-r 2e-4', { value: 'rate' }),
  lrSchedulerType: choice(
    'learning rate schedule: linear (default), cosine, constant, constant_with_warmup, polynomial',
    schedulerTypes,
  ),
  warmupRatio: number('share of the steps used for warmup; default 0', { value: 'share' }),
  warmupSteps: number('number of warmup steps; overrides --warmup-ratio'),
  numCycles: number('number of waves of the cosine schedule; default 0.5'),
  power: number('power of the polynomial schedule; default 1'),
  lrEnd: number('final learning rate of the polynomial schedule; default 1e-7', { value: 'rate' }),
  optim: {
    schema: z.enum([...optimizers, ...adamwNames], { error: expected(`one of ${optimizers.join(', ')}`) }).optional(),
    help: 'optimizer: adamw (default; adamw_torch is the same), adam or sgd',
    value: 'name',
    group,
    alias: 'optimizer',
  },
  weightDecay: number('weight decay, not applied to biases and norms; default 0', { value: 'rate' }),
  maxGradNorm: number('clip gradients to this norm; 0 disables clipping; default 1', { value: 'norm' }),
  adamBeta1: number('beta1 of Adam; default 0.9', { value: 'beta' }),
  adamBeta2: number('beta2 of Adam; default 0.999', { value: 'beta' }),
  adamEpsilon: number('epsilon of Adam; default 1e-8', { value: 'epsilon' }),
  sgdMomentum: number('momentum of SGD; default 0', { value: 'momentum' }),
  sgdNesterov: yes('use Nesterov momentum with SGD'),
  layerwiseLrDecay: number("learning rate of each layer as a share of the next layer's; default 1", { value: 'share' }),
  freezeLayers: number('freeze the embeddings and this many of the first layers; 0 freezes only the embeddings'),
  freeze: {
    schema: listFlag().optional(),
    value: 'patterns',
    help: 'freeze parameters whose names match these patterns: bert.embeddings.*,bert.pooler.*',
    group,
  },
  labelSmoothingFactor: number('share of each target that is spread over all classes; default 0', {
    alias: 'labelSmoothing',
    value: 'share',
  }),
  focalGamma: number('γ of the focal loss, which gives easy examples less weight; default 0', { value: 'gamma' }),
  classWeights: {
    schema: classWeightsFlag().optional(),
    value: 'weights',
    help: 'loss weight per class: balanced, or JSON such as \'{"rare": 5}\'',
    group,
  },
  loggingSteps: number('steps between two lines of training metrics in metrics.jsonl; default 10'),
  metricForBestModel: {
    schema: textFlag().optional(),
    value: 'metric',
    help: 'evaluation metric that selects the best model, such as macroF1 (eval_macro_f1 is the same); default loss, f1 for token classification',
    group,
  },
  evalStrategy: strategy('when to evaluate: epoch (default), steps (every --eval-steps), no'),
  evalSteps: number('steps between two evaluations; implies --eval-strategy steps unless that is set'),
  saveStrategy: strategy('when to write a checkpoint: epoch (default), steps (every --save-steps), no'),
  saveSteps: number('steps between two checkpoints; implies --save-strategy steps unless that is set'),
  saveTotalLimit: number('number of checkpoints to keep while training; default 1'),
  earlyStoppingPatience: number('stop after this many evaluations without improvement; default: never'),
  earlyStoppingThreshold: number('smallest improvement of the metric that counts; default 0', { value: 'amount' }),
  maxLength: number(
    "maximum tokens per text; longer texts are truncated; default: the model's maximum; for causal-lm a length that truncates fewer than 1 % of the training texts",
    { value: 'tokens' },
  ),
  seed: number('random seed for split, initial weights, order and dropout; default 42'),
} as const satisfies Record<keyof TrainingArguments, OptionSpec>;

const adapters = 'LoRA:';

/** Low-rank adapters instead of training all weights, for every task. */
export const loraOptions = {
  loraR: {
    schema: numberFlag().optional(),
    value: 'rank',
    help: 'freeze the model and train LoRA adapters of this rank; writes adapter/, and model/ with the adapters merged',
    group: adapters,
  },
  loraAlpha: {
    schema: numberFlag().optional(),
    value: 'n',
    help: 'LoRA alpha: adapters are scaled by alpha / rank; default: twice the rank',
    group: adapters,
  },
  loraDropout: {
    schema: numberFlag().optional(),
    value: 'rate',
    help: 'dropout rate on the input of the adapters; default 0',
    group: adapters,
  },
  loraTargetModules: {
    schema: listFlag().optional(),
    value: 'names',
    help: 'modules to adapt: name endings (q_proj,v_proj), a regular expression for whole names, or all-linear (default, all linear modules except the output layer)',
    group: adapters,
  },
  loraModulesToSave: {
    schema: listFlag().optional(),
    value: 'names',
    help: "modules to train and save in full; default: a classifier's head, and any new head",
    group: adapters,
  },
  quantize: {
    schema: choiceFlag(quantizedFormats).optional(),
    value: 'format',
    help: `store the frozen model's matrices as ${quantizedFormats.join(', ')} (8 or 4 bits per number) and keep the adapters separate; no model/ is written`,
    group: adapters,
  },
  mergeAdapter: {
    schema: switchFlag(),
    help: 'with --quantize, also write model/ in float32 with the adapters merged',
    group: adapters,
  },
  separateAdapter: {
    schema: switchFlag(),
    help: 'keep the adapters separate without --quantize too, and write no model/; for an lm_head that shares its weights with the embeddings',
    group: adapters,
  },
  loraUseRslora: {
    schema: switchFlag(),
    help: 'rank-stabilized LoRA: divide --lora-alpha by the square root of the rank',
    group: adapters,
  },
} as const;
