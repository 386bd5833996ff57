// Options of commands that open a trained model.
import { choiceFlag, numberFlag, textFlag } from '../program/command';
import { engines, precisions, quantizedFormats } from './choices';

/** Which engine computes. */
export const engineOption = {
  schema: choiceFlag(engines).default('auto'),
  value: 'name',
  help: `engine: ${engines.join(', ')}; auto selects the fastest that works`,
  group: 'Computation:',
};

/** The version of a model on the hub. */
export const revisionOption = {
  schema: textFlag().optional(),
  value: 'revision',
  help: 'branch, tag or commit of a hub id; default: main',
};

/** An adapter of a causal language model. */
export const adapterOption = {
  schema: textFlag().optional(),
  value: 'directory',
  help: "directory of a PEFT adapter, such as a run's adapter/; default: none",
  group: 'Model:',
};

/** The base of a run that has adapters alone. */
export const baseOption = {
  schema: textFlag().optional(),
  value: 'model',
  help: 'directory or hub id of the model that a run without model/ was trained beside; default: where it was then, or beside the run',
  group: 'Model:',
};

/** A causal language model in fewer bits. */
export const quantizeOption = {
  schema: choiceFlag(quantizedFormats).optional(),
  value: 'format',
  help: `load matrices as ${quantizedFormats.join(', ')} (8 or 4 bits per number); default: as in the run, else float32`,
  group: 'Model:',
};

/** The second text of a pair. */
export const textPairOption = {
  schema: textFlag().optional(),
  value: 'column',
  help: "column or template of a second text, encoded together with the first; default: the run's, or none",
  group: 'Data:',
};

/** How a trained model is run. */
export const inferenceOptions = {
  perDeviceEvalBatchSize: {
    schema: numberFlag().optional(),
    value: 'n',
    alias: 'batchSize',
    help: 'maximum texts per batch; default: by their tokens',
    group: 'Computation:',
  },
  maxLength: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: "maximum tokens per text, longer texts are truncated; default: the run's",
    group: 'Computation:',
  },
  precision: {
    schema: choiceFlag(precisions).default('fp32'),
    value: 'precision',
    help: 'fp32 (default), or int8: weights in 8 bits, faster and nearly as exact',
    group: 'Computation:',
  },
  threshold: {
    schema: numberFlag()
      .refine((value) => value >= 0 && value <= 1, 'expected a number from 0 to 1')
      .optional(),
    value: 'probability',
    help: 'probability from which a label is assigned, for models with several labels per text; default: as tuned by the run, or 0.5',
    group: 'Computation:',
  },
  engine: engineOption,
  base: baseOption,
  revision: { ...revisionOption, group: 'Model:' },
} as const;

export const sourceArgument = {
  name: 'run',
  help: 'a run directory, a model directory, or a Hugging Face hub id',
};
