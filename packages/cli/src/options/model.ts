// Options of commands that open a trained model.
import { choiceFlag, numberFlag, textFlag } from '../program/command';
import { engines, precisions, quantizedFormats } from './choices';

/** The compute engine. */
export const engineOption = {
  schema: choiceFlag(engines).default('auto'),
  value: 'name',
  help: `compute engine: ${engines.join(', ')}; default auto, the fastest that works`,
  group: 'Computation:',
};

/** The version of a model on the hub. */
export const revisionOption = {
  schema: textFlag().optional(),
  value: 'revision',
  help: 'branch, tag or commit of a hub id; default main',
};

/** An adapter of a causal language model. */
export const adapterOption = {
  schema: textFlag().optional(),
  value: 'directory',
  help: "directory of a PEFT adapter, such as a run's adapter/; default: none",
  group: 'Model:',
};

/** The base model of a run that has only adapters. */
export const baseOption = {
  schema: textFlag().optional(),
  value: 'model',
  help: 'base model of a run without model/: a directory or a hub id; default: where it was in training, or at the same place relative to the run',
  group: 'Model:',
};

/** Quantization of a causal language model. */
export const quantizeOption = {
  schema: choiceFlag(quantizedFormats).optional(),
  value: 'format',
  help: `load weight matrices as ${quantizedFormats.join(', ')} (8 or 4 bits per number); default: as in the run, or float32`,
  group: 'Model:',
};

/** The second text of a pair. */
export const textPairOption = {
  schema: textFlag().optional(),
  value: 'column',
  help: "column or template of a second text, encoded together with the first; default: the run's, or none",
  group: 'Data:',
};

/** Options for running a trained model. */
export const inferenceOptions = {
  perDeviceEvalBatchSize: {
    schema: numberFlag().optional(),
    value: 'n',
    alias: 'batchSize',
    help: 'maximum texts per batch; default: limited by their number of tokens',
    group: 'Computation:',
  },
  maxLength: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: "maximum tokens per text; longer texts are truncated; default: the run's",
    group: 'Computation:',
  },
  precision: {
    schema: choiceFlag(precisions).default('fp32'),
    value: 'precision',
    help: 'weight precision: fp32 (default), or int8 (8-bit weights, faster and nearly as exact)',
    group: 'Computation:',
  },
  threshold: {
    schema: numberFlag()
      .refine((value) => value >= 0 && value <= 1, 'expected a number from 0 to 1')
      .optional(),
    value: 'probability',
    help: 'minimum probability at which a label is assigned, for models with several labels per text; default: as tuned in the run, or 0.5',
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
