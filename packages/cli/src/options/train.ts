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
    help: "read options from a file: attune.config.ts, .json or .yaml, or a run's config.json; typed options take precedence",
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
    help: 'model to start from: a directory, a Hugging Face hub id (downloaded once into the cache that Python uses), or "new"',
    group: run,
  },
  revision: { ...revisionOption, group: run },
  modelConfig: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'config.json of a new model; default 4 layers, hidden size 256, 4 heads, 8,000 WordPieces (byte pairs for causal-lm)',
    group: run,
  },
  out: { schema: textFlag(), value: 'directory', help: 'run directory to write', group: run },
  overwrite: { schema: switchFlag(), help: 'replace an existing run', group: run },
  resume: {
    schema: switchFlag(),
    help: 'continue from the newest checkpoint in --out, with the options of that run; with a larger --epochs or --max-steps, for longer',
    group: run,
  },
  keepCheckpoints: {
    schema: switchFlag(),
    help: 'keep the checkpoints of a run that has ended, which --resume --epochs n extends; default: they are removed once the report is written',
    group: run,
  },
  reportTo: {
    schema: listFlag().optional(),
    value: 'names',
    help: 'also log to tensorboard, wandb, or both with a comma',
    group: run,
  },
  json: { schema: switchFlag(), help: 'print the summary as JSON', group: run },
  data: {
    schema: textFlag(),
    value: 'file',
    help: 'training data. Labeled texts, or prompts and completions: CSV, TSV or JSON lines; tagged words: CoNLL or JSON lines; masked-lm and causal-lm also take plain texts',
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
    help: 'label column, or for texts with several labels a column of 0 and 1 for each: toxic,obscene; for CoNLL the number of the tag column, from the end if negative, default -1',
    group: data,
  },
  labelList: labelListOption,
  evalData: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'evaluate on this file, and train on all of --data',
    group: data,
  },
  testData: { schema: textFlag().optional(), value: 'file', help: 'report results on this file', group: data },
  split: {
    schema: splitFlag.optional(),
    value: 'percents',
    help: 'split --data into training, validation and test: 80/10/10 (default; 95/5 for masked-lm), or 80/20 without a test part',
    group: data,
  },
  folds: {
    schema: numberFlag().optional(),
    value: 'k',
    help: 'cross-validate: train k times, each time without one k-th of --data, and report mean and standard deviation',
    group: data,
  },
  groupBy: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'keep rows with the same value of this column in one part',
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
 * What a config file of `attune train` holds: its options, in camelCase.
 *
 * @example
 * export default { data: 'jobs.csv', epochs: 5, freeze: ['bert.embeddings.*'] } satisfies TrainConfig;
 */
export type TrainConfig = Omit<Given<typeof trainOptions>, 'config' | 'resume'> & GivenByAlias<typeof trainOptions>;
