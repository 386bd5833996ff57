import { choiceFlag, numberFlag, textFlag } from '../program/command';
import { engines, labelledFormats, precisions, quantisedFormats } from './choices';

/** Where the computation runs. */
export const engineOption = {
  schema: choiceFlag(engines).default('auto'),
  value: 'name',
  help: `where to compute: ${engines.join(', ')}; auto is the fastest that works`,
  group: 'Computation:',
};

/** How files of labelled texts are written. */
export const labelledFormatOption = {
  schema: choiceFlag(labelledFormats).optional(),
  value: 'format',
  help: `${labelledFormats.join(', ')}; default: by the extension`,
  group: 'Data:',
};

/** Which version of a hub's model. */
export const revisionOption = {
  schema: textFlag().optional(),
  value: 'revision',
  help: 'of a hub id: a branch, a tag or a commit; default: main',
};

/** An adapter beside a model that writes. */
export const adapterOption = {
  schema: textFlag().optional(),
  value: 'directory',
  help: "PEFT's files of an adapter to the model, such as a run's adapter/; default: none",
  group: 'Model:',
};

/** A model that writes, in fewer bits. */
export const quantizeOption = {
  schema: choiceFlag(quantisedFormats).optional(),
  value: 'format',
  help: `read its matrices as ${quantisedFormats.join(', ')}, in 8 or 4 bits each number; default: as the run had them beside its adapters, else float32`,
  group: 'Model:',
};

/** The second text of a pair. */
export const textPairOption = {
  schema: textFlag().optional(),
  value: 'column',
  help: "a second text, read together with the first: a column or a template; default: the run's, or none",
  group: 'Data:',
};

/** How a trained model is run. */
export const inferenceOptions = {
  perDeviceEvalBatchSize: {
    schema: numberFlag().optional(),
    value: 'n',
    alias: 'batchSize',
    help: 'most texts a batch; default: by their tokens',
    group: 'Computation:',
  },
  maxLength: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: "most tokens a text, longer ones are cut; default: the run's",
    group: 'Computation:',
  },
  precision: {
    schema: choiceFlag(precisions).default('fp32'),
    value: 'precision',
    help: 'fp32, or int8: weights in 8 bits, faster and near; default fp32',
    group: 'Computation:',
  },
  threshold: {
    schema: numberFlag()
      .refine((value) => value >= 0 && value <= 1, 'expected a number from 0 to 1')
      .optional(),
    value: 'probability',
    help: 'from which a text has a label, of a model with several a text; default: as the run tuned it, or 0.5',
    group: 'Computation:',
  },
  engine: engineOption,
  revision: { ...revisionOption, group: 'Model:' },
} as const;

export const sourceArgument = {
  name: 'run',
  help: 'a run directory, a model directory, or a Hugging Face hub id',
};
