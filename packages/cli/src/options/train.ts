import { parseFractions } from '@attune/data';
import type { z } from 'zod';
import { choiceFlag, type Flags, listFlag, numberFlag, type Options, switchFlag, textFlag } from '../program/command';
import { distillOptions } from './distill';
import { engineOption, revisionOption } from './model';
import {
  causalLmOptions,
  cleaningOptions,
  dataFormatOption,
  delimiterOption,
  labelListOption,
  maskedLmOptions,
  sequenceOptions,
  tokenOptions,
} from './tasks';
import { loraOptions, trainingOptions } from './training';

const data = 'Data:';
const run = 'Run:';

const trainTasks = ['sequence-classification', 'token-classification', 'masked-lm', 'causal-lm'] as const;

const splitFlag = textFlag().transform((text, context) => {
  try {
    parseFractions(text);
  } catch (error) {
    context.addIssue((error as Error).message.replace(/^split: /, ''));
  }
  return text;
});

/** The options of `attune train`, which `attune search` and config files take too. */
export const trainOptions = {
  config: {
    schema: textFlag().optional(),
    value: 'file',
    help: "read options from a config file (.json, .yaml or .ts) or a run's config.json; options on the command line take precedence",
    group: run,
  },
  task: {
    schema: choiceFlag(trainTasks),
    value: 'task',
    help: `task to train for: ${trainTasks.join(', ')}`,
    group: run,
  },
  model: {
    schema: textFlag(),
    value: 'model',
    help: 'model to start from: a directory, a Hugging Face hub id (downloaded once, into the cache that Python uses), or "new"',
    group: run,
  },
  revision: { ...revisionOption, group: run },
  modelConfig: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'config.json of a new model; default: 4 layers, hidden size 256, 4 heads, 8,000 WordPieces (byte pairs for causal-lm)',
    group: run,
  },
  out: { schema: textFlag(), value: 'directory', help: 'run directory to write', group: run },
  overwrite: { schema: switchFlag(), help: 'replace an existing run', group: run },
  resume: {
    schema: switchFlag(),
    help: 'continue from the newest checkpoint in --out with the options of that run; a larger --epochs or --max-steps trains for longer',
    group: run,
  },
  keepCheckpoints: {
    schema: switchFlag(),
    help: 'keep the checkpoints when the run ends, so that --resume --epochs n can extend it; default: they are removed once the report is written',
    group: run,
  },
  reportTo: {
    schema: listFlag().optional(),
    value: 'names',
    help: 'also log to tensorboard, wandb, or both (tensorboard,wandb)',
    group: run,
  },
  json: { schema: switchFlag(), help: 'print the summary as JSON', group: run },
  data: {
    schema: textFlag(),
    value: 'file',
    help: 'training data: labeled texts, or prompts and completions, as CSV, TSV or JSON lines; tagged words as CoNLL or JSON lines; plain texts for masked-lm and causal-lm',
    group: data,
  },
  text: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'text column, or a template such as "{title}. {description}"; for CoNLL the number of the word column, default 0',
    group: data,
  },
  label: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'label column, or several columns of 0 and 1, one per label (toxic,obscene); for CoNLL the number of the tag column, counted from the end if negative, default -1',
    group: data,
  },
  labelList: labelListOption,
  evalData: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'validation data; all of --data is then used for training',
    group: data,
  },
  testData: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'test data, on which results are reported',
    group: data,
  },
  split: {
    schema: splitFlag.optional(),
    value: 'percents',
    help: 'percentages of --data for training, validation and test: 80/10/10 (default; 95/5 for masked-lm), or 80/20 without a test part',
    group: data,
  },
  folds: {
    schema: numberFlag().optional(),
    value: 'k',
    help: 'cross-validation: train k times, each time without one k-th of --data, and report mean and standard deviation',
    group: data,
  },
  groupBy: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'keep rows with the same value of this column in the same part',
    group: data,
  },
  format: dataFormatOption,
  delimiter: delimiterOption,
  ...cleaningOptions,
  ...sequenceOptions,
  ...tokenOptions,
  ...maskedLmOptions,
  ...causalLmOptions,
  ...distillOptions,
  ...loraOptions,
  ...trainingOptions,
  engine: engineOption,
} as const;

/** The parsed options of `attune train`. */
export type TrainFlags = Flags<typeof trainOptions>;

type Given<O extends Options> = { readonly [Name in keyof O]?: z.input<O[Name]['schema']> };

type GivenByAlias<O extends Options> = {
  readonly [Name in keyof O as O[Name] extends { readonly alias: infer Alias extends string }
    ? Alias
    : never]?: z.input<O[Name]['schema']>;
};

/**
 * Content of a config file of `attune train`: its options, in camelCase.
 *
 * @example
 * export default { data: 'jobs.csv', epochs: 5, freeze: ['bert.embeddings.*'] } satisfies TrainConfig;
 */
export type TrainConfig = Omit<Given<typeof trainOptions>, 'config' | 'resume'> & GivenByAlias<typeof trainOptions>;
